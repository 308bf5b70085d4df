import type { Acceptable } from './controls.ts';
import type { ExitCode } from './exit-code.ts';
import type { ServiceState } from './states.ts';

/** What the SCM says of a service right now (QueryServiceStatusEx). */
export interface ServiceReport {
  readonly state: ServiceState;
  /** 0 when it has no process. */
  readonly pid: number;
  readonly checkpoint: number;
  readonly waitHintMs: number;
  /** How it ended last; `{ win32: 1077 }`: never started since the last boot. */
  readonly exit: ExitCode;
  readonly accepts: readonly Acceptable[];
  readonly type: ServiceType;
}

/** What a control comes back with: the status that the service then had, as SERVICE_STATUS, which has no process. */
export type ControlReport = Omit<ServiceReport, 'pid'>;

/** One line of a list. */
export interface ListedService extends ServiceReport {
  readonly name: string;
  readonly displayName: string;
}

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
] as const;

/** One of {@link SERVICE_TYPES}. */
export type ServiceType = (typeof SERVICE_TYPES)[number];

/** `delayed`: automatic, some two minutes after the others. `boot` and `system`: drivers only. */
export const START_TYPES = ['boot', 'system', 'auto', 'delayed', 'demand', 'disabled'] as const;

/** One of {@link START_TYPES}. */
export type StartType = (typeof START_TYPES)[number];

/** What the system does at boot when the service does not start (SERVICE_ERROR_*). */
export const ERROR_CONTROLS = ['ignore', 'normal', 'severe', 'critical'] as const;

/** One of {@link ERROR_CONTROLS}. */
export type ErrorControl = (typeof ERROR_CONTROLS)[number];

/** The kinds of a service's own SID (SERVICE_SID_TYPE_*). */
export const SID_TYPES = ['none', 'unrestricted', 'restricted'] as const;

/** One of {@link SID_TYPES}. */
export type SidType = (typeof SID_TYPES)[number];

/** The kinds of protected services (SERVICE_LAUNCH_PROTECTED_*). */
export const LAUNCH_PROTECTIONS = ['none', 'windows', 'windowsLight', 'antimalwareLight'] as const;

/** One of {@link LAUNCH_PROTECTIONS}. */
export type LaunchProtection = (typeof LAUNCH_PROTECTIONS)[number];

/** What the SCM can do when a service fails (SC_ACTION_*). */
export const RECOVERY_ACTIONS = ['none', 'restart', 'reboot', 'runCommand'] as const;

/** Action of the SCM at one failure (SC_ACTION). */
export interface RecoveryAction {
  /** One of {@link RECOVERY_ACTIONS}. */
  readonly type: (typeof RECOVERY_ACTIONS)[number];
  /** Time between the failure and the action, in milliseconds. */
  readonly delay: number;
}

/** What happens when the service fails (SERVICE_FAILURE_ACTIONS and its flag). */
export interface RecoveryConfig {
  /** For the first failure, the second, and so on; the last one repeats. */
  readonly actions: readonly RecoveryAction[];
  /** Time without a failure after which the count starts again, in milliseconds (whole seconds); `null`: never. */
  readonly resetPeriod: number | null;
  /** The command line of `runCommand`. */
  readonly command: string | null;
  /** What the users of the machine are told before `reboot`. */
  readonly rebootMessage: string | null;
}

/** What can start or stop a service by itself (SERVICE_TRIGGER_TYPE_*). */
export const TRIGGER_EVENTS = [
  'deviceArrival',
  'firstIpAddress',
  'lastIpAddressLost',
  'domainJoin',
  'domainLeave',
  'firewallPortOpen',
  'firewallPortClose',
  'machinePolicy',
  'userPolicy',
  'rpcEndpoint',
  'namedPipeEndpoint',
  'systemState',
  'etw',
  'aggregate',
] as const;

/** One of {@link TRIGGER_EVENTS}. */
export type TriggerEvent = (typeof TRIGGER_EVENTS)[number];

/** Data that narrows a trigger down: a device's hardware id, a port, the name of a pipe. */
export type TriggerData =
  | { readonly type: 'binary'; readonly value: Uint8Array }
  | { readonly type: 'text'; readonly value: readonly string[] }
  | { readonly type: 'level'; readonly value: number }
  | { readonly type: 'keywordAny' | 'keywordAll'; readonly value: bigint };

/** Starts or stops the service when something happens (SERVICE_TRIGGER). */
export interface Trigger {
  readonly event: TriggerEvent;
  readonly action: 'start' | 'stop';
  /** For `deviceArrival` the interface class, for `etw` the provider, for `systemState` and `aggregate` the subtype; as `{…}`. */
  readonly guid?: string;
  readonly data?: readonly TriggerData[];
}

/**
 * Every setting of a service. What the system doesn't know (an older Windows, or Wine) is missing when it is read and
 * named in `unsupported`.
 */
export interface ServiceConfig {
  readonly type: ServiceType;
  /** May show windows to the user: since Windows Vista without effect, and a risk. */
  readonly interactive: boolean;
  readonly startType: StartType;
  readonly errorControl: ErrorControl;
  /** The command line that the SCM runs, as stored. */
  readonly imagePath: string;
  readonly loadOrderGroup: string | null;
  readonly tag: number;
  /** Names of services; groups with a `+` before them. */
  readonly dependencies: readonly string[];
  readonly account: string | null;
  readonly displayName: string;
  readonly description: string | null;
  readonly recovery?: RecoveryConfig;
  /** Recovery also when STOPPED came with a code that isn't zero, not only when the process died. */
  readonly recoverOnFailureExit?: boolean;
  readonly sidType?: SidType;
  /** Empty: all that the account has. */
  readonly requiredPrivileges?: readonly string[];
  /** Time that the service has for PRESHUTDOWN, in milliseconds. */
  readonly preshutdownTimeout?: number;
  readonly triggers?: readonly Trigger[];
  /** NUMA node, `null`: none. */
  readonly preferredNode?: number | null;
  readonly launchProtected?: LaunchProtection;
  /** Owner, group and access as SDDL. */
  readonly securityDescriptor?: string;
  /** Environment variables that only this service gets. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** The name of a setting of a service's configuration. */
export type Setting = keyof ServiceConfig;

/** A change: what is missing is kept. The password goes in and never comes out. */
export type ConfigChange = { readonly [K in Setting]?: ServiceConfig[K] } & { readonly password?: string };

/** Every setting of an installed service, in the form that `ensure` takes: it can be handed back unchanged. */
export interface InstalledServiceConfig extends ServiceConfig {
  /** Name of the service. */
  readonly name: string;
  /** Settings that this system doesn't have, or that the caller may not read. They are missing in the configuration. */
  readonly unsupported: readonly Setting[];
}

/** Configuration of a service, and the settings that could not be read on this system. */
export interface ConfigReading {
  readonly config: ServiceConfig;
  readonly unsupported: readonly Setting[];
}
