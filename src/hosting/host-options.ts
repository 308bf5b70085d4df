import type { Duration } from '../util/duration.ts';
import type { ServiceOptions } from '../service/options/service-options.ts';

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

/** How a hosted program is asked to stop, beside its signal listeners. */
export interface HostStopOptions {
  /** A request that makes the program stop or drain, sent first. */
  readonly request?: { readonly url: string; readonly method?: string };
}

/** Something that must be there before the program starts. One of the keys. */
export interface WaitForRule {
  /** `host:port` that accepts TCP connections. */
  readonly tcp?: string;
  /** URL whose GET gives a status below 400. */
  readonly url?: string;
  /** Path of a file or folder that exists. */
  readonly file?: string;
  /** `true`: an interface other than loopback has an address. */
  readonly network?: true;
}

/** Command that runs before the start, or after the stop. Not through a shell. */
export interface HostCommand {
  /** Program to run. */
  readonly file: string;
  readonly args?: readonly string[];
  /** Default 30 s; then it is killed. */
  readonly timeout?: Duration;
}

/** Limits of all processes of the service together, by a job object. */
export interface HostLimits {
  /** Memory that may be committed. A number of bytes or a text such as `'512M'`, `'2G'`. */
  readonly memory?: number | `${number}${'K' | 'M' | 'G'}`;
  /** Percent of the machine's CPU time, 1 to 100. */
  readonly cpu?: number;
  /** Number of processes, the service's own included. */
  readonly processes?: number;
}

/** How to host a program that knows nothing of services. */
export interface HostOptions extends Pick<
  ServiceOptions,
  'displayName' | 'description' | 'logging' | 'timeouts' | 'hang' | 'crashReport' | 'install'
> {
  /** Name of the service. Default: that of the file; for main, index, app and server that of the nearest package.json. */
  readonly name?: string;
  /** Arguments of the program. Default: none. */
  readonly args?: readonly string[];
  /** Working folder. Default: that of the nearest package.json, or of the program. */
  readonly cwd?: string;
  /** Variables that the program gets beside those of the process. */
  readonly env?: Readonly<Record<string, string>>;
  /** File with `NAME=value` lines, relative to `cwd`. A variable that exists already wins. */
  readonly envFile?: string;
  /** Expands `%NAME%` in the values of `env`. Default `false`. */
  readonly expandEnv?: boolean;
  /** Default `'auto'`. */
  readonly ready?: ReadyRule;
  readonly stop?: HostStopOptions;
  /**
   * Meaning of exit codes when the program ends by itself. `'stopped'`: as if it had been stopped. `'failed'`: recovery
   * fires. Default: every code is a failure, 0 included, because a service is meant to run.
   */
  readonly exitCodes?: Readonly<Record<number, 'stopped' | 'failed'>>;
  /** `'kill'` (default): no child outlives the service. `'keep'`: children that are running go on. */
  readonly children?: 'kill' | 'keep';
  /** Commands that run, one after the other, before the program. One that fails fails the start. */
  readonly before?: readonly HostCommand[];
  /** Commands that run after the program was stopped. */
  readonly after?: readonly HostCommand[];
  /** Waits, within the start timeout, until all of these are there. */
  readonly waitFor?: readonly WaitForRule[];
  readonly limits?: HostLimits;
  /** Priority class of the processes. Default: that of the system for services. */
  readonly priority?: 'idle' | 'belowNormal' | 'normal' | 'aboveNormal' | 'high';
  /** Numbers of the processors that may be used, from 0. Default: all. */
  readonly affinity?: readonly number[];
}
