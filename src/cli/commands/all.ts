import type { AnyService, Command } from '../command.ts';
import { command } from './command.ts';
import { config } from './config.ts';
import { doctor } from './doctor.ts';
import { ensure } from './ensure.ts';
import { events } from './events.ts';
import { install } from './install.ts';
import { list } from './list.ts';
import { logs } from './logs.ts';
import { pause, restart, resume, start, stop } from './lifecycle.ts';
import { run } from './run.ts';
import { status } from './status.ts';
import { uninstall } from './uninstall.ts';
import { watch } from './watch.ts';

const COMMANDS: readonly Command[] = [
  install,
  ensure,
  uninstall,
  start,
  stop,
  restart,
  pause,
  resume,
  command,
  status,
  watch,
  list,
  config,
  logs,
  events,
  doctor,
  run,
];

/** Whether the command line knows the word: a verb, or a question about itself. */
export function isVerb(word: string | undefined): boolean {
  return word === 'help' || word?.startsWith('-') === true || COMMANDS.some(({ name }) => name === word);
}

/** The verbs of `winsvc`, or of a program that has a service of its own. */
export function commandsFor(service: AnyService | undefined): readonly Command[] {
  return service ? COMMANDS.filter(({ name }) => name !== 'list') : COMMANDS;
}
