import type { ErrorControl, LaunchProtection, ServiceType, SidType, StartType } from '../../../scm/service-config.ts';
import type { RecoveryAction } from '../../../scm/recovery-config.ts';
import type { TriggerEvent } from '../../../scm/trigger.ts';

/** Settings of a service in JSON. Source: `ServiceConfig` of `winsvc/manager`, whose names and meanings they have. */
export interface AdminSettings {
  /** Display name. */
  readonly displayName?: string | undefined;
  /** Description; `null`: none. */
  readonly description?: string | null | undefined;
  /** Type of the service. */
  readonly type?: ServiceType | undefined;
  /** `true`: may show windows on the desktop of the console. Needs LocalSystem. */
  readonly interactive?: boolean | undefined;
  /** Start type. */
  readonly startType?: StartType | undefined;
  /** Severity of a failed start at boot. */
  readonly errorControl?: ErrorControl | undefined;
  /** Command line. */
  readonly imagePath?: string | undefined;
  /** Load order group; `null`: none. */
  readonly loadOrderGroup?: string | null | undefined;
  /** Services and groups (`+NAME`) that must run first. */
  readonly dependencies?: readonly string[] | null | undefined;
  /** Account; `null`: LocalSystem. */
  readonly account?: string | null | undefined;
  /** Actions after a failure. */
  readonly recovery?: AdminRecovery | null | undefined;
  /** `true`: an exit with an error code counts as a failure. */
  readonly recoverOnFailureExit?: boolean | undefined;
  /** Kind of the service's own SID. */
  readonly sidType?: SidType | undefined;
  /** Privileges that the process keeps. */
  readonly requiredPrivileges?: readonly string[] | null | undefined;
  /** Time for a preshutdown: milliseconds, or a text such as `'30s'`. */
  readonly preshutdownTimeout?: string | number | undefined;
  /** Triggers that start or stop the service. */
  readonly triggers?: readonly AdminTrigger[] | null | undefined;
  /** Preferred NUMA node; `null`: none. */
  readonly preferredNode?: number | null | undefined;
  /** Protection of the process. */
  readonly launchProtected?: LaunchProtection | undefined;
  /** Access list in SDDL. */
  readonly securityDescriptor?: string | undefined;
}

/** Recovery in JSON: times are milliseconds, or texts such as `'1m'`. */
export interface AdminRecovery {
  /** Actions after the first, the second and each further failure. */
  readonly actions?: readonly AdminRecoveryAction[] | undefined;
  /** Time without a failure after which the count starts again; `null`: never. */
  readonly resetPeriod?: string | number | null | undefined;
  /** Command of the action `runCommand`. */
  readonly command?: string | null | undefined;
  /** Message of the action `reboot`. */
  readonly rebootMessage?: string | null | undefined;
}

/** One recovery action in JSON. */
export interface AdminRecoveryAction {
  /** Action. */
  readonly type: RecoveryAction['type'];
  /** Time before the action. Default 0. */
  readonly delay?: string | number | undefined;
}

/** Trigger in JSON. */
export interface AdminTrigger {
  /** Event. */
  readonly event: TriggerEvent;
  /** Action. */
  readonly action: 'start' | 'stop';
  /** Subtype of the event. */
  readonly guid?: string | undefined;
  /** Data that the event must have. */
  readonly data?: readonly AdminTriggerData[] | undefined;
}

/** Data of a trigger in JSON: bytes are base64, keywords decimal numbers as text. */
export type AdminTriggerData =
  | { readonly type: 'binary'; readonly value: string }
  | { readonly type: 'text'; readonly value: readonly string[] }
  | { readonly type: 'level'; readonly value: number }
  | { readonly type: 'keywordAny' | 'keywordAll'; readonly value: string };

/** Settings of a service, as the API returns them. */
export interface AdminServiceConfig extends AdminSettings {
  /** Variables of the service. Values are for admins only. */
  readonly environment?: Readonly<Record<string, string>> | null | undefined;
  /** Number in the load order group. */
  readonly tag?: number | undefined;
  /** Settings that the system of the service doesn't have. */
  readonly unsupported?: readonly string[] | undefined;
}

/** Changes of a service's settings: a merge patch (RFC 7396). What is missing is kept, `null` clears. */
export interface ServiceConfigPatch extends AdminSettings {
  /** Account. */
  readonly account?: string | undefined;
  /** Password of the account. */
  readonly password?: string | undefined;
  /** Variables of the service; `null` removes one, or all. */
  readonly environment?: Readonly<Record<string, string | null>> | null | undefined;
}

/** Settings of a service to install or change, without its name. */
export interface AdminServiceSpec extends AdminSettings {
  /** Account. */
  readonly account?: string | undefined;
  /** Password of the account. */
  readonly password?: string | undefined;
  /** Variables of the service. */
  readonly environment?: Readonly<Record<string, string>> | null | undefined;
  /** Program and its arguments, instead of `imagePath`. */
  readonly program?: AdminProgram | undefined;
  /** Event source: `true` for one of the service's name. */
  readonly eventSource?:
    boolean | { readonly source?: string | undefined; readonly log?: string | undefined } | undefined;
}

/** Program of a service, and its arguments. */
export interface AdminProgram {
  /** Executable. Default: the Node.js of the server. */
  readonly file?: string | undefined;
  /** Options of Node, before the script. */
  readonly nodeArgs?: readonly string[] | undefined;
  /** Script. */
  readonly script?: string | undefined;
  /** Arguments after the script. */
  readonly args?: readonly string[] | undefined;
}

/** Changes of a service: made, or planned. */
export interface AdminConfigChanges {
  /** `true`: the service was installed. */
  readonly created: boolean;
  /** `true`: nothing was changed (`plan`). */
  readonly planned: boolean;
  /** Settings that changed. */
  readonly changes: readonly AdminSettingChange[];
}

/** Change of a setting. */
export interface AdminSettingChange {
  /** Name of the setting. */
  readonly setting: string;
  /** Value before. Missing in a new service. */
  readonly from?: unknown;
  /** New value. */
  readonly to: unknown;
}
