import type { ConfigChange, ConfigReading, ControlReport, ListedService, ServiceReport } from './service-config.ts';
import type { StopArea, StopCause } from './stop-reason.ts';

/**
 * The Service Control Manager as its clients see it. Implemented by win32/scm (advapi32) and testing (in memory).
 *
 * The contract: nothing that can wait runs on the caller's event loop; each call asks for the least access that it
 * needs; every handle that a call opens is closed when it ends; failures are `Win32Error`s.
 */
export interface ScmClient {
  readonly machine: string | undefined;
  /** Whether the SCM tells of changes: see `follow`. It may turn out that it doesn't. */
  readonly supportsNotify: boolean;
  /** Whether it takes the reason of a stop (ControlServiceEx); without it the reason is lost. */
  readonly supportsStopReason: boolean;
  create(name: string, config: ConfigChange & { readonly imagePath: string }): Promise<void>;
  /** Marks for deletion; the name lives until every handle to it is closed. */
  delete(name: string): Promise<void>;
  start(name: string, args: readonly string[]): Promise<void>;
  /** ControlService, or ControlServiceEx when there is a reason and the system has it. */
  control(name: string, control: ClientControl, reason?: StopReasonInfo): Promise<ControlReport>;
  /** Quick and local: it never reaches the service. */
  status(name: string): Promise<ServiceReport>;
  /** Closes what `status` and `follow` may have open, so that a deletion isn't held up. */
  release(name: string): void;
  readConfig(name: string): Promise<ConfigReading>;
  /** Applies what belongs together in one call each. @throws Win32Error; what was applied before stays. */
  change(name: string, change: ConfigChange): Promise<void>;
  list(filter: ListFilter): Promise<readonly ListedService[]>;
  /** The services that depend on it, active ones only if asked, in the order in which they must be stopped. */
  dependents(name: string, activeOnly: boolean): Promise<readonly ListedService[]>;
  displayNameOf(name: string): Promise<string>;
  nameOf(displayName: string): Promise<string>;
  /** A watch on a process, taken while it lives: resolves `true` when it has ended, `false` after the time. */
  processEnd(pid: number): ProcessWatch;
  /**
   * Has the SCM tell of each new state, the present one first. Resolves when that one is there, or nothing can be told:
   * no such service, no right to see it, another machine, an old system. Never fails; `status` says why.
   */
  follow(name: string): Promise<StatusSubscription>;
  /** Resolves when something may have changed, after `ms` at the latest. */
  nextChange(name: string, ms: number, signal: AbortSignal | undefined): Promise<void>;
  /** Grants 'log on as a service' to an account. */
  grantServiceLogon(account: string): Promise<void>;
  /** Security identifier of an account, as text; `undefined`: the system finds no account of this name. Never fails. */
  accountSid(account: string): Promise<string | undefined>;
  close(): Promise<void>;
}

/** The states of a service as the SCM tells them. Checkpoints within a state are not told. */
export interface StatusSubscription {
  /** `false`: nothing more is told, and who wants to know must look. */
  readonly live: boolean;
  /** The next one, in order. `undefined`: none within `ms`, before the abort, or before the feed ended. */
  next(ms: number, signal: AbortSignal | undefined): Promise<ServiceReport | undefined>;
  /** Closes its handle. */
  close(): void;
}

export type ClientControl =
  | 'stop'
  | 'pause'
  | 'continue'
  | 'interrogate'
  | 'paramChange'
  | 'netBindAdd'
  | 'netBindRemove'
  | 'netBindEnable'
  | 'netBindDisable'
  | number;

/** Why a service is stopped, for the system's event log. Default: planned, application, none. */
export interface StopReasonInfo {
  readonly planned?: boolean;
  /** What it has to do with (SERVICE_STOP_REASON_MAJOR_*). */
  readonly area?: StopArea;
  /** SERVICE_STOP_REASON_MINOR_*. */
  readonly cause?: StopCause;
  /** All three as one number, for reasons of your own (SERVICE_STOP_REASON_FLAG_CUSTOM); the names don't count then. */
  readonly code?: number;
  /** Up to 127 characters. */
  readonly comment?: string;
}

/** Which services EnumServicesStatusEx gives. */
export interface ListFilter {
  readonly state: 'active' | 'inactive' | 'all';
  readonly type: 'win32' | 'driver' | 'all';
  readonly group?: string;
}

/** Watch on the process of a service. */
export interface ProcessWatch {
  /** Returns whether the process has ended. */
  ended(): boolean;
  /** `true`: the process can't be opened (5), so that its end shows only when its number is free. */
  readonly denied: boolean;
  close(): void;
}
