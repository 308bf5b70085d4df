import type { ServiceClient, ServiceManager } from '../manager/index.ts';
import type { Clock } from '../util/clock.ts';
import type { SourceContent } from './source/source-content.ts';
import type { SourceLimits } from './source/source-limits.ts';
import type { ReleaseState } from './state/release-state.ts';

/** Files of releases. Every call is an effect that may be the last one of the process. */
export interface ReleaseFiles {
  /** Reads the record of a folder of releases; `undefined`: there is none. */
  readState(root: string): Promise<unknown>;
  /** Writes it as a whole: a crash leaves the old one or the new one. Creates the folder. */
  writeState(root: string, state: ReleaseState): Promise<void>;
  /** Finds the folder of a program: the nearest one with a package.json that has a name. */
  programFolder(file: string): Promise<string>;
  /** Reads what a release would consist of. Writes nothing. */
  inspect(source: string, limits: SourceLimits, signal: AbortSignal | undefined): Promise<SourceContent>;
  /** Copies or unpacks a release to a place of its own below the root. */
  stage(root: string, content: SourceContent, limits: SourceLimits, signal: AbortSignal | undefined): Promise<void>;
  /** Gives what was staged its name, in one step. */
  publish(root: string, folder: string): Promise<void>;
  /** Path by which this process can open a folder: on another machine that of a share. */
  pathTo(folder: string): Promise<string>;
  /** Lists the packages that the package.json of a folder names and Node would not find from there. */
  missingPackages(folder: string): Promise<readonly string[]>;
  /** Removes what was staged and not published. Does nothing when there is nothing. */
  discard(root: string): Promise<void>;
  /** Removes the folder of a release. Does nothing when there is none. */
  remove(folder: string): Promise<void>;
}

/** The methods of a service's client that a switch uses. */
export type SwitchTarget = Pick<
  ServiceClient,
  'name' | 'status' | 'config' | 'start' | 'stop' | 'configure' | 'waitFor' | 'dependents'
>;

/** Adapters of an upgrade: the service, the files, the time. */
export interface UpgradeParts {
  readonly target: SwitchTarget;
  /** The same for another service, which depends on it. */
  dependent(name: string): SwitchTarget;
  readonly files: ReleaseFiles;
  readonly clock: Clock;
  /** Writes to the event log, as the source of the service. Never throws. */
  record(severity: 'info' | 'warn' | 'error', id: number, message: string): void;
  /** Ends a process at once; `undefined`: it can't be, on another machine. */
  readonly kill: ((pid: number) => void) | undefined;
  /** Returns whether a process of this machine is still there; `undefined` on another machine. */
  readonly alive: ((pid: number) => boolean) | undefined;
  /** Keeps other upgrades of the service out, until it is called back or the process ends. @throws ServiceError UPGRADE_RUNNING */
  lock(): Promise<() => void>;
}

/** Makes the parts that come from a manager. */
export function targetsOf(manager: ServiceManager, service: string): Pick<UpgradeParts, 'target' | 'dependent'> {
  return { target: manager.service(service), dependent: (name) => manager.service(name) };
}
