import type { HostSettings } from './host-settings.ts';
import type { Acceptable } from './controls.ts';
import type { ExitCode } from './exit-code.ts';
import type { RecoveryConfig } from './recovery-config.ts';
import type { ServiceState } from './states.ts';
import type { Trigger } from './trigger.ts';

/**
 * Status of a service (QueryServiceStatusEx).
 *
 * Source: https://learn.microsoft.com/windows/win32/api/winsvc/ns-winsvc-service_status_process
 */
export interface ServiceReport {
  /** State at the moment of the query. */
  readonly state: ServiceState;
  /** Number of its process; 0 when it has none. */
  readonly pid: number;
  /** Progress within a pending state; 0 in the others. */
  readonly checkpoint: number;
  /** Time until the next checkpoint that the service announced, in milliseconds; 0 outside of pending states. */
  readonly waitHintMs: number;
  /** Exit code of the last run; `{ win32: 1077 }`: never started since the last boot. */
  readonly exit: ExitCode;
  /** Controls that the service accepts now. */
  readonly accepts: readonly Acceptable[];
  /** Type of the service. */
  readonly type: ServiceType;
}

/** Status that a control returns (SERVICE_STATUS, which has no process). */
export type ControlReport = Omit<ServiceReport, 'pid'>;

/** Service of a list, with its status. */
export interface ListedService extends ServiceReport {
  /** Name of the service. */
  readonly name: string;
  /** Name that people see. */
  readonly displayName: string;
}

/** Type of a service or driver (SERVICE_WIN32_*, SERVICE_*_DRIVER). */
export type ServiceType =
  | 'kernelDriver'
  | 'fileSystemDriver'
  | 'adapter'
  | 'recognizerDriver'
  | 'ownProcess'
  | 'shareProcess'
  | 'userOwnProcess'
  | 'userShareProcess';

/** The types of services and drivers (SERVICE_WIN32_*, SERVICE_*_DRIVER). */
export const SERVICE_TYPES = [
  'kernelDriver',
  'fileSystemDriver',
  'adapter',
  'recognizerDriver',
  'ownProcess',
  'shareProcess',
  'userOwnProcess',
  'userShareProcess',
] as const satisfies readonly ServiceType[];

/** Start type. `delayed`: automatic, about two minutes after the others. `boot` and `system`: drivers only. */
export type StartType = 'boot' | 'system' | 'auto' | 'delayed' | 'demand' | 'disabled';

/** `delayed`: automatic, some two minutes after the others. `boot` and `system`: drivers only. */
export const START_TYPES = [
  'boot',
  'system',
  'auto',
  'delayed',
  'demand',
  'disabled',
] as const satisfies readonly StartType[];

/** Reaction of the system at boot when the service does not start (SERVICE_ERROR_*). */
export type ErrorControl = 'ignore' | 'normal' | 'severe' | 'critical';

/** Reactions of the system at boot when the service does not start (SERVICE_ERROR_*). */
export const ERROR_CONTROLS = ['ignore', 'normal', 'severe', 'critical'] as const satisfies readonly ErrorControl[];

/** Kind of a service's own SID (SERVICE_SID_TYPE_*). */
export type SidType = 'none' | 'unrestricted' | 'restricted';

/** The kinds of a service's own SID (SERVICE_SID_TYPE_*). */
export const SID_TYPES = ['none', 'unrestricted', 'restricted'] as const satisfies readonly SidType[];

/** Kind of a protected service (SERVICE_LAUNCH_PROTECTED_*). */
export type LaunchProtection = 'none' | 'windows' | 'windowsLight' | 'antimalwareLight';

/** The kinds of protected services (SERVICE_LAUNCH_PROTECTED_*). */
export const LAUNCH_PROTECTIONS = [
  'none',
  'windows',
  'windowsLight',
  'antimalwareLight',
] as const satisfies readonly LaunchProtection[];

/**
 * Every setting of a service, in the form in which it is read: durations in milliseconds, `null` for none. Settings that
 * the system doesn't have (an older Windows, or Wine) are missing.
 */
export interface ServiceConfig {
  /** Type of the service. */
  readonly type: ServiceType;
  /** `true`: may show windows to the user. Since Windows Vista without effect, and a risk. */
  readonly interactive: boolean;
  /** Time of its start. */
  readonly startType: StartType;
  /** Reaction of the system at boot when it doesn't start. */
  readonly errorControl: ErrorControl;
  /** Command line that the SCM runs, as stored. */
  readonly imagePath: string;
  /** Name of its load order group; `null`: none. */
  readonly loadOrderGroup: string | null;
  /** Number within the load order group, which the SCM assigns; 0: none. */
  readonly tag: number;
  /** Names of the services that must run first; groups with a `+` before them. */
  readonly dependencies: readonly string[];
  /** Account that it runs as, as stored; `null`: LocalSystem, or none for a driver. */
  readonly account: string | null;
  /** Name that people see. */
  readonly displayName: string;
  /** Text below the name in services.msc; `null`: none. */
  readonly description: string | null;
  /** Actions of the SCM when it fails. */
  readonly recovery?: RecoveryConfig;
  /** `true`: recovery also after STOPPED with a failure code, not only when the process died. */
  readonly recoverOnFailureExit?: boolean;
  /** Kind of its own SID in the token of the process. */
  readonly sidType?: SidType;
  /** The only privileges that the process keeps; empty: all that the account has. */
  readonly requiredPrivileges?: readonly string[];
  /** Time that the service has for PRESHUTDOWN, in milliseconds. */
  readonly preshutdownTimeout?: number;
  /** Events that start or stop it. */
  readonly triggers?: readonly Trigger[];
  /** NUMA node; `null`: none. */
  readonly preferredNode?: number | null;
  /** Protection of its process. */
  readonly launchProtected?: LaunchProtection;
  /** Owner, group and access as SDDL. */
  readonly securityDescriptor?: string;
  /** Environment variables that only this service gets. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Settings of the unchanged program that winsvc hosts; `null`: none are stored. */
  readonly host?: HostSettings | null;
}

/** The name of a setting of a service's configuration. */
export type Setting = keyof ServiceConfig;

/** A change: what is missing is kept. The password is written and never read back. */
export type ConfigChange = { readonly [K in Setting]?: ServiceConfig[K] } & { readonly password?: string };

/** Every setting of an installed service, in the form that `ensure` takes: the object can be passed to it unchanged. */
export interface InstalledServiceConfig extends ServiceConfig {
  /** Name of the service. */
  readonly name: string;
  /** Settings that this system doesn't have, or that the caller may not read. They are missing in the configuration. */
  readonly unsupported: readonly Setting[];
}

/** Configuration of a service, and the settings that could not be read on this system. */
export interface ConfigReading {
  /** Settings that could be read. */
  readonly config: ServiceConfig;
  /** Settings that the system doesn't have, or that can't be read. */
  readonly unsupported: readonly Setting[];
}
