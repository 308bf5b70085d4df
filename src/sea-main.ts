/**
 * Main script of the exe that `winsvc pack --sea` makes. Runs the program inside it; hosts one that knows nothing of
 * services; and gives a program without verbs of its own those that install and control it.
 */
import Module from 'node:module';
import { join } from 'node:path';
import { HOSTED, VERBS } from './sea/about.ts';
import { embedFiles } from './sea/embed-files.ts';
import { runProgram } from './sea/run-program.ts';

const VERB_NAMES = [
  ...['install', 'uninstall', 'start', 'stop', 'restart', 'status', 'watch', 'logs', 'events', 'config'],
  ...['secret', 'doctor'],
];

const { about, folder, text, load } = embedFiles();
const { name, bundle, kind } = about;
const [verb = ''] = process.argv.slice(2);

if (kind !== 'verbs' && VERB_NAMES.includes(verb)) {
  const { run } = load(VERBS) as { run(name: string, argv: readonly string[]): unknown };
  void run(name, process.argv.slice(2));
} else {
  // The command line of the service has it, so that no argument of the program is taken for a verb.
  if (kind !== 'verbs' && verb === 'run') process.argv.splice(2, 1);
  const main = Module as unknown as { runMain(): Promise<void> };
  main.runMain = () => runProgram(join(folder, bundle), text(bundle));
  // It holds the main module back until the SCM is connected.
  if (kind === 'hosted') load(HOSTED);
  void main.runMain();
}
