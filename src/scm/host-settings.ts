import type { Duration } from '../util/duration.ts';
import type { CrashReportOptions, HangOptions, LoggingOptions, TimeoutOptions } from './run-options.ts';

/** Rule by which a hosted program counts as ready, so that the service becomes RUNNING. */
export type ReadyRule =
  /** The main module was evaluated and its first server listens; without a server within 1 s: evaluated. */
  | 'auto'
  /** A server listens. */
  | 'listen'
  /** The main module was evaluated, its top-level await included. */
  | 'loaded'
  /** The program calls `process.send('ready')`, as for pm2. `process.send` exists only with this rule. */
  | 'message'
  /** A TCP port of this machine accepts connections. */
  | { readonly port: number }
  /** A GET of the URL gives a status below 400. */
  | { readonly url: string };

/** Way to ask a hosted program to stop, beside its signal listeners. */
export interface HostStopOptions {
  /** Request that makes the program stop or drain, sent first. Default of `method`: `'POST'`. */
  readonly request?: { readonly url: string; readonly method?: string };
}

/** Condition for the start of a program. Exactly one of the keys. */
export interface WaitForRule {
  /** `host:port` that accepts TCP connections. */
  readonly tcp?: string;
  /** URL whose GET gives a status below 400. */
  readonly url?: string;
  /** Path of a file or folder that exists. A relative path begins at `cwd`. */
  readonly file?: string;
  /** Name of another service that is running. */
  readonly service?: string;
  /** `true`: an interface other than loopback has an address. */
  readonly network?: true;
}

/** Command that runs before the start, or after the stop. It runs without a shell. */
export interface HostCommand {
  /** Program to run. */
  readonly file: string;
  /** Arguments. Default: none. */
  readonly args?: readonly string[];
  /** Time after which the command is ended, and has failed. Default 30 s. */
  readonly timeout?: Duration;
}

/** Limits for all processes of the service together, by a job object. */
export interface HostLimits {
  /** Memory that may be committed: a number of bytes or a text such as `'512M'`, `'2G'`. */
  readonly memory?: number | `${number}${'K' | 'M' | 'G'}`;
  /** Share of the CPU time of the machine, in percent: 1 to 100. */
  readonly cpu?: number;
  /** Number of processes, the service's own included. */
  readonly processes?: number;
}

/**
 * Settings of a program that knows nothing of services and that winsvc hosts. Stored as JSON in
 * `HKLM\SYSTEM\CurrentControlSet\Services\<name>\Parameters`, value `WinsvcHost`. Every user of the machine can read them:
 * secrets belong into a file of `envFile` that only the account of the service can read.
 */
export interface HostSettings {
  /** Working directory. Default: the folder of the nearest package.json, or of the program. */
  readonly cwd?: string;
  /** Variables that the program gets beside those of the process. */
  readonly env?: Readonly<Record<string, string>>;
  /** File with `NAME=value` lines, relative to `cwd`. A variable that exists already wins. */
  readonly envFile?: string;
  /** `true`: `%NAME%` in the values of `env` is replaced. Default `false`. */
  readonly expandEnv?: boolean;
  /** Rule by which the program is ready. Default `'auto'`. */
  readonly ready?: ReadyRule;
  /** Way to ask the program to stop, beside its signal listeners. */
  readonly stop?: HostStopOptions;
  /**
   * Meaning of exit codes when the program ends by itself. `'stopped'`: as if it had been stopped. `'failed'`: recovery
   * starts it again. Default: every code is a failure, 0 included, because a service is meant to run.
   */
  readonly exitCodes?: Readonly<Record<number, 'stopped' | 'failed'>>;
  /** `'kill'` (default): no child outlives the service. `'keep'`: children that are running go on. */
  readonly children?: 'kill' | 'keep';
  /** Commands that run before the program, one after the other. One that fails fails the start. */
  readonly before?: readonly HostCommand[];
  /** Commands that run after the program was stopped. */
  readonly after?: readonly HostCommand[];
  /** Conditions to wait for before the start, within the start timeout: all of them. */
  readonly waitFor?: readonly WaitForRule[];
  /** Limits for all processes of the service together. Default: none. */
  readonly limits?: HostLimits;
  /** Priority class of the processes. Default: that of the system for services. */
  readonly priority?: 'idle' | 'belowNormal' | 'normal' | 'aboveNormal' | 'high';
  /** Numbers of the processors that may be used, from 0. Default: all. */
  readonly affinity?: readonly number[];
  /** Log files of the service. Default: on. `false`: none. */
  readonly logging?: LoggingOptions | false;
  /** Time limits of start, stop and controls. */
  readonly timeouts?: TimeoutOptions;
  /** Reaction to a blocked event loop. Default `{ timeout: '30s', action: 'report' }`; `false`: none. */
  readonly hang?: HangOptions | false;
  /** Report of Node about the process at a failure. Default `false`. */
  readonly crashReport?: boolean | CrashReportOptions;
}
