import type { Readable } from 'node:stream';
import type { ScmClient } from '../scm/scm-client.ts';
import type { ServiceConfig } from '../scm/service-config.ts';
import type { MachineProbe } from '../scm/machine-probe.ts';
import type { EventEntry, ReadEventsOptions } from '../eventlog/index.ts';
import type { ServiceManager } from '../manager/index.ts';
import type { ServiceOptions } from '../service/options/service-options.ts';
import type { Service } from '../service/service.ts';
import type { Clock } from '../util/clock.ts';
import type { Arguments } from './input/arguments.ts';
import type { LoadRequest, LoadResult } from './doctor/load-check.ts';
import type { Printer, Terminal } from './output/printer.ts';
import type { SecretStore } from '../secret/index.ts';

/** Exit codes of `winsvc` and of every verb of a program with a service of its own. */
export const EXIT = { done: 0, failed: 1, usage: 2, notReached: 3, interrupted: 130 } as const;

/** Environment of a command line. Tests pass their own. */
export interface CliEnvironment {
  /** Arguments after Node and the script. */
  readonly argv: readonly string[];
  /** Command as the user typed it: `npx winsvc`, `winsvc`, or `node service.js`. Printed commands begin with it. */
  readonly program: string;
  /** Service of the program itself: its verbs need no name. */
  readonly service?: AnyService;
  /** `true`: the service hosts a program inside an exe, which knows nothing of services. */
  readonly isHosted?: boolean;
  readonly version: string;
  /** Folder of the package winsvc, for the files that it ships; `undefined` in a bundled program. */
  packageDir(): string | undefined;
  readonly stdin: Readable & { readonly isTTY?: boolean; setRawMode?(raw: boolean): unknown };
  readonly stdout: Terminal;
  readonly stderr: Terminal;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  /** Calls back at Ctrl+C. Returns a function that ends this. */
  onInterrupt(fn: () => void): () => void;
  openManager(machine: string | undefined): Promise<ServiceManager>;
  /** Opens the SCM without the manager, whose checks of options cost a verb that only reads half of its time. */
  openReader(machine: string | undefined): Promise<ScmReader>;
  /** Opens the manager of one machine of many. Default: by a process of its own for each. */
  readonly openFleetManager?: (machine: string) => Promise<ServiceManager>;
  openProbe(): Promise<MachineProbe>;
  /** Loads a script in a child process, without running it. */
  checkLoad(request: LoadRequest): Promise<LoadResult>;
  readEvents(options: ReadEventsOptions): AsyncIterable<EventEntry>;
  /** Opens the secrets of a service. @throws ServiceError WINDOWS_ONLY */
  openSecrets(service: string): Promise<SecretStore>;
  /** Loads `defineService`, for the services of winsvc itself. Only the program `winsvc` has it. */
  readonly loadDefineService?: () => Promise<DefineService>;
  /** Runs the program's own service here. */
  runService(args: readonly string[]): Promise<number>;
}

/** Part of the SCM that only reads. */
export interface ScmReader extends Pick<ScmClient, 'status' | 'close'> {
  readConfig(name: string): Promise<{ readonly config: Pick<ServiceConfig, 'displayName' | 'startType' | 'account'> }>;
}

/** Defines a service without commands. */
export type DefineService = (options: ServiceOptions) => Pick<Service, 'run'>;

export type AnyService = Service<never> | Service<string>;

/** Environment of a verb. */
export interface Cli extends Omit<CliEnvironment, 'argv'> {
  readonly out: Printer;
  /** Aborts at Ctrl+C. */
  readonly signal: AbortSignal;
  /** Opens the manager of the machine that the user named, once. */
  manager(): Promise<ServiceManager>;
  /** Opens the SCM of that machine for reading, once. */
  reader(): Promise<ScmReader>;
}

export interface Option {
  readonly type: 'text' | 'flag' | 'list';
  readonly short?: string;
  /** Placeholder of the value in the help: `NAME`. */
  readonly value?: string;
  readonly help: string;
  /** Missing in a program with a service of its own; `unlessHosted`: but there when that service hosts a program. */
  readonly own?: boolean | 'unlessHosted';
}

export interface Positional {
  readonly name: string;
  readonly help: string;
  readonly optional?: boolean;
  /** Takes all remaining arguments. */
  readonly rest?: boolean;
  /** Missing in a program with a service of its own. */
  readonly own?: boolean;
}

/** Output of a verb for one machine of many. */
export interface FleetView {
  /** Describes the answer that the verb prints as JSON: in one line, or in one for each thing that it lists. */
  describe(data: unknown): string | readonly string[];
  /** `true`: at Ctrl+C, machines where it is under way are waited for. */
  readonly finish?: boolean;
  /** Returns the name of the service that must still run after `--wait`, from the answer of the verb. */
  mustRun?(data: unknown): string | undefined;
}

/** Verb, or a group of verbs such as `config`. */
export interface Command {
  readonly name: string;
  /** Line in the list of verbs. */
  readonly summary: string;
  /** Further text of the help, below the summary. */
  readonly details?: string;
  /** Texts of the help in a program with a service of its own. */
  readonly own?: { readonly summary: string; readonly details?: string };
  readonly positionals?: readonly Positional[];
  readonly options?: Readonly<Record<string, Option>>;
  /** Lines with `{service}` and `{script}` for names, each with its meaning. */
  readonly examples?: readonly (readonly [line: string, what: string])[];
  /** Verbs of a group, which has no `run`. */
  readonly subcommands?: readonly Command[];
  /** The verb can run on many machines (`--machines`). */
  readonly fleet?: FleetView;
  /** Returns the exit code. Default 0. */
  run?(cli: Cli, args: Arguments): Promise<number | undefined>;
}

/** Positional of most verbs. */
export const SERVICE: Positional = {
  name: 'service',
  help: 'Name of the service (not its display name).',
  own: true,
};

/** Option of the verbs that wait. */
export const TIMEOUT: Readonly<Record<string, Option>> = {
  timeout: { type: 'text', value: 'TIME', help: 'How long to wait: 500ms, 30s, 2m. Default 30s.' },
};

/** Options of the verbs that can run on many machines. */
export const FLEET: Readonly<Record<string, Option>> = {
  machines: {
    type: 'text',
    value: 'LIST',
    help: 'Many machines: names with commas between, @FILE for a file of them.',
  },
  concurrency: { type: 'text', value: 'N', help: 'Machines at once. Default 10.' },
  canary: { type: 'text', value: 'N', help: 'So many machines go first; if one fails, the others are left alone.' },
  wait: { type: 'text', value: 'TIME', help: 'Time between the canaries and the others, such as 1m. Default none.' },
  'max-failures': { type: 'text', value: 'N', help: 'After more failures no further machine is begun. Default any.' },
  'machine-timeout': { type: 'text', value: 'TIME', help: 'How long a machine may take to answer. Default 30s.' },
};

/** Options of every verb. They may stand before the verb too. */
export const COMMON: Readonly<Record<string, Option>> = {
  machine: { type: 'text', value: 'NAME', help: 'Another machine, by name or address.' },
  json: { type: 'flag', help: 'Print JSON, errors too.' },
};
