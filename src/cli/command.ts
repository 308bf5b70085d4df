import type { Readable } from 'node:stream';
import type { MachineProbe } from '../scm/machine-probe.ts';
import type { EventEntry, ReadEventsOptions } from '../eventlog/index.ts';
import type { ServiceManager } from '../manager/index.ts';
import type { Service } from '../service/service.ts';
import type { Clock } from '../util/clock.ts';
import type { Arguments } from './input/arguments.ts';
import type { Printer, Terminal } from './output/printer.ts';

/** What ends a command: `winsvc` and every verb of a program of its own give these to the shell. */
export const EXIT = { done: 0, failed: 1, usage: 2, notReached: 3, interrupted: 130 } as const;

/** What a command line needs of the world; the entry brings the real one. */
export interface CliEnvironment {
  /** Without Node and the script. */
  readonly argv: readonly string[];
  /** How the user calls it: `winsvc`, or `node service.js` for a program of its own. */
  readonly program: string;
  /** The service that the program is: its verbs need no name then. */
  readonly service?: AnyService;
  readonly version: string;
  readonly stdin: Readable & { readonly isTTY?: boolean; setRawMode?(raw: boolean): unknown };
  readonly stdout: Terminal;
  readonly stderr: Terminal;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  /** Calls back at Ctrl+C; returns what ends that. */
  onInterrupt(fn: () => void): () => void;
  openManager(machine: string | undefined): Promise<ServiceManager>;
  openProbe(): Promise<MachineProbe>;
  readEvents(options: ReadEventsOptions): AsyncIterable<EventEntry>;
  /** Runs the program's own service here. */
  runService(args: readonly string[]): Promise<number>;
}

export type AnyService = Service<never> | Service<string>;

/** What a command works with. */
export interface Cli extends Omit<CliEnvironment, 'argv'> {
  readonly out: Printer;
  /** Aborts at Ctrl+C. */
  readonly signal: AbortSignal;
  /** The manager of the machine that the user named; opened once. */
  manager(): Promise<ServiceManager>;
}

export interface Option {
  readonly type: 'text' | 'flag' | 'list';
  readonly short?: string;
  /** What stands for the value in the help: `NAME`. */
  readonly value?: string;
  readonly help: string;
  /** Left out in a program that has a service of its own. */
  readonly own?: boolean;
}

export interface Positional {
  readonly name: string;
  readonly help: string;
  readonly optional?: boolean;
  /** Takes all that is left. */
  readonly rest?: boolean;
  /** Left out in a program that has a service of its own. */
  readonly own?: boolean;
}

/** A verb. */
export interface Command {
  readonly name: string;
  readonly summary: string;
  /** Under the usage, where the summary isn't enough. */
  readonly details?: string;
  /** What a program that has a service of its own says instead. */
  readonly own?: { readonly summary: string; readonly details?: string };
  readonly positionals: readonly Positional[];
  readonly options: Readonly<Record<string, Option>>;
  /** `{service}` and `{script}` stand for names; each with what it does. */
  readonly examples: readonly (readonly [line: string, what: string])[];
  /** Returns the exit code. Default 0. */
  run(cli: Cli, args: Arguments): Promise<number | undefined>;
}

/** The positional of most verbs. */
export const SERVICE: Positional = {
  name: 'service',
  help: 'Name of the service (not its display name).',
  own: true,
};

/** The option of the verbs that wait. */
export const TIMEOUT: Readonly<Record<string, Option>> = {
  timeout: { type: 'text', value: 'TIME', help: 'How long to wait: 500ms, 30s, 2m. Default 30s.' },
};

/** What all verbs have. */
export const COMMON: Readonly<Record<string, Option>> = {
  machine: { type: 'text', value: 'NAME', help: 'Another machine, by name or address.' },
  json: { type: 'flag', help: 'Print JSON, errors too.' },
  help: { type: 'flag', short: 'h', help: 'Show this help.' },
};
