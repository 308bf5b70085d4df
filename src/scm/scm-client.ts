import type { ConfigChange, ConfigReading, ControlReport, ListedService, ServiceReport } from './service-config.ts';
import type { StopArea, StopCause } from './stop-reason.ts';

/**
 * Client of the Service Control Manager. Implemented by win32/scm (advapi32) and testing (in memory).
 *
 * The contract: nothing that can wait runs on the caller's event loop; each call asks for the least access that it
 * needs; every handle that a call opens is closed when it ends; failures are `Win32Error`s.
 */
export interface ScmClient {
  readonly machine: string | undefined;
  /** `true`: the SCM may send notifications, see `subscribe`. A subscription may still turn out to be dead. */
  readonly supportsNotify: boolean;
  /** `true`: the system takes the reason of a stop (ControlServiceEx). Without it the reason is lost. */
  readonly supportsStopReason: boolean;
  create(name: string, config: ConfigChange & { readonly imagePath: string }): Promise<void>;
  /** Marks for deletion; the name lives until every handle to it is closed. */
  delete(name: string): Promise<void>;
  start(name: string, args: readonly string[]): Promise<void>;
  /** ControlService, or ControlServiceEx when there is a reason and the system has it. */
  control(name: string, control: ClientControl, reason?: StopReasonInfo): Promise<ControlReport>;
  /** Quick and local: it never reaches the service. */
  status(name: string): Promise<ServiceReport>;
  /** Closes the handles of `status` and `subscribe`, so that they don't delay a deletion. */
  release(name: string): void;
  readConfig(name: string): Promise<ConfigReading>;
  /** Applies what belongs together in one call each. @throws Win32Error; what was applied before stays. */
  change(name: string, change: ConfigChange): Promise<void>;
  list(filter: ListFilter): Promise<readonly ListedService[]>;
  /** The services that depend on it, active ones only if asked, in the order in which they must be stopped. */
  dependents(name: string, activeOnly: boolean): Promise<readonly ListedService[]>;
  displayNameOf(name: string): Promise<string>;
  nameOf(displayName: string): Promise<string>;
  /** Opens a watch on a process while it lives. */
  processEnd(pid: number): ProcessWatch;
  /**
   * Subscribes to the states of a service, the present one first. Resolves when that one is there, or when there are no
   * notifications: no such service, no right to see it, another machine, an old system. Never fails; `status` says why.
   */
  subscribe(name: string): Promise<StatusSubscription>;
  /** Resolves when something may have changed, after `ms` at the latest. */
  nextChange(name: string, ms: number, signal: AbortSignal | undefined): Promise<void>;
  /** Grants 'log on as a service' to an account. */
  grantServiceLogon(account: string): Promise<void>;
  /** Security identifier of an account, as text; `undefined`: the system finds no account of this name. Never fails. */
  accountSid(account: string): Promise<string | undefined>;
  close(): Promise<void>;
}

/** Notifications of the states of a service. Checkpoints within a state send none. */
export interface StatusSubscription {
  /** `false`: no more notifications come; poll the status instead. */
  readonly live: boolean;
  /** Returns the next status, in order. `undefined`: none within `ms`, before the abort, or before the end. */
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

/**
 * Reason of a stop, for the System event log.
 *
 * Source: https://learn.microsoft.com/windows/win32/api/winsvc/ns-winsvc-service_control_status_reason_paramsw
 */
export interface StopReasonInfo {
  /** Default `true`. */
  readonly planned?: boolean;
  /** Area of the reason (SERVICE_STOP_REASON_MAJOR_*). Default `'application'`. */
  readonly area?: StopArea;
  /** Cause within the area (SERVICE_STOP_REASON_MINOR_*). Default `'none'`. */
  readonly cause?: StopCause;
  /** All three as one number, for your own reasons (SERVICE_STOP_REASON_FLAG_CUSTOM); replaces the names. */
  readonly code?: number;
  /** Text of up to 127 characters. Default: none. */
  readonly comment?: string;
}

/** Filter of EnumServicesStatusEx. */
export interface ListFilter {
  /** `active`: all that aren't stopped. */
  readonly state: 'active' | 'inactive' | 'all';
  /** `win32`: services. */
  readonly type: 'win32' | 'driver' | 'all';
  /** Load order group. */
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
