import type { Duration } from '../util/duration.ts';
import type { HostSettings } from './host-settings.ts';
import type { ErrorControl, LaunchProtection, ServiceType, Setting, SidType, StartType } from './service-config.ts';
import type { RecoveryAction } from './recovery-config.ts';
import type { Trigger } from './trigger.ts';

/** Settings to install. Missing ones are kept, or get a safe default in a new service; `null` and `[]` clear. */
export interface InstallOptions {
  /** Program that the SCM runs. Default for a new service: this Node and this script. */
  readonly program?: ProgramOptions;
  /** Command line to store as it is, instead of `program`. */
  readonly imagePath?: string;
  /** Default for a new service: `'auto'`. */
  readonly startType?: StartType;
  /** Default for a new service: `'normal'`. */
  readonly errorControl?: ErrorControl;
  /** Default for a new service: `'ownProcess'`. */
  readonly type?: ServiceType;
  /** `true`: may show windows to the user; for LocalSystem only, without effect since Windows Vista. Default `false`. */
  readonly interactive?: boolean;
  /** Name of its load order group. Default: none. */
  readonly loadOrderGroup?: string | null;
  /** Services that must run first; groups with a `+` before them. */
  readonly dependencies?: readonly string[] | null;
  /**
   * Account that the service runs as. Default for a new service: `'virtual'`, the account `NT SERVICE\<name>`, which has no
   * password and few rights. Otherwise `'localSystem'`, `'localService'`, `'networkService'`, a user as `DOMAIN\user` or
   * `.\user`, a group managed service account as `DOMAIN\name$`. A user account is granted the right to log on as a
   * service. `null`: LocalSystem; for a driver, no account.
   */
  readonly account?: string | null;
  /** Password of a user account. It is passed to the SCM and stored nowhere else. */
  readonly password?: string;
  /** Default for a new service: restart after 1 s, 10 s, then every 60 s; the count starts again after a day without a failure. */
  readonly recovery?: RecoveryOptions | null;
  /** Recovery also when STOPPED came with a code that isn't zero. Default for a new service: `true`. */
  readonly recoverOnFailureExit?: boolean;
  /** Kind of the service's own SID. Default for a new service: `'none'`. */
  readonly sidType?: SidType;
  /** The only privileges that the process keeps, such as `'SeChangeNotifyPrivilege'`; `null`: all that the account has. */
  readonly requiredPrivileges?: readonly string[] | null;
  /** Time that the service has for PRESHUTDOWN. Windows' default: 10 s. */
  readonly preshutdownTimeout?: Duration;
  /** Events that start or stop the service. Default: none. */
  readonly triggers?: readonly Trigger[] | null;
  /** NUMA node that the process prefers. Default: none. */
  readonly preferredNode?: number | null;
  /**
   * Protection of the process (SERVICE_LAUNCH_PROTECTED_*). A level other than `'none'` needs `allowLaunchProtected`:
   * Windows then starts the service only if its program has a special signature, which node.exe lacks.
   *
   * Source: https://learn.microsoft.com/windows/win32/api/winsvc/ns-winsvc-service_launch_protected_info
   */
  readonly launchProtected?: LaunchProtection;
  /** Allows `launchProtected` to be set. Only a protected program can undo it. Default `false`. */
  readonly allowLaunchProtected?: boolean;
  /** Access to the service as SDDL, such as `'D:(A;;GA;;;BA)'`. */
  readonly securityDescriptor?: string;
  /**
   * Event source that the service writes to, so that Event Viewer shows its events. `true`: a source with the name of the
   * service in the log Application. Default for a new service, but not for drivers: that of the definition's `eventLog`,
   * or `true`. `false`: none is created. A source that exists already is kept as it is.
   */
  readonly eventSource?: EventSourceOption;
  /**
   * Folders that the service writes to, beside `%ProgramData%\\<name>`: they are made when they are missing, and the
   * account gets access to them. A relative path begins at the program's folder. Default: `logging.dir` and
   * `crashReport.dir` of the definition. Stored nowhere: give it again when the account changes.
   */
  readonly folders?: readonly string[];
  /** Variables that only this service gets. */
  readonly environment?: Readonly<Record<string, string>> | null;
  /**
   * Settings of a program that knows nothing of services, so that winsvc hosts it; `{}`: the defaults. A `program` that
   * comes with it gets the option of Node that loads the host. `null`: none. See docs/hosting.md.
   */
  readonly host?: HostSettings | null;
}

/** Event source of a service. */
export type EventSourceOption =
  | boolean
  | {
      /** Default: the name of the service. */
      readonly source?: string;
      /** Default `'Application'`. */
      readonly log?: string;
    };

/** Program of a service, from which its image path is built. Relative paths begin at the working directory. */
export interface ProgramOptions {
  /** Executable. Default: the Node.js that runs this process. */
  readonly file?: string;
  /** Options of Node, before the script. */
  readonly nodeArgs?: readonly string[];
  /** Script. Default: the script of this process, unless `file` is given. */
  readonly script?: string;
  /** Arguments after the script. Default: none. */
  readonly args?: readonly string[];
}

/** Actions of the SCM when the service fails. */
export interface RecoveryOptions {
  /** For the first failure, the second, and so on; the last one repeats. */
  readonly actions?: readonly { readonly type: RecoveryAction['type']; readonly delay?: Duration }[];
  /** After this time without a failure the count starts again; `null`: never. Default 1 day. */
  readonly resetPeriod?: Duration | null;
  /** Command line of `runCommand`. */
  readonly command?: string | null;
  /** Message that the users of the machine get before `reboot`. */
  readonly rebootMessage?: string | null;
}

/** Spec of a service: its name and its wanted settings. */
export interface ServiceSpec extends InstallOptions {
  /** Name of the service: up to 256 characters without `/` and `\\`. */
  readonly name: string;
  /** Name that people see. Default for a new service: `name`. */
  readonly displayName?: string;
  /** Text below the name in services.msc; `null` or `''`: none. */
  readonly description?: string | null;
  /** Ignored. `config()` reports it; the SCM assigns it. */
  readonly tag?: number;
  /** Ignored. `config()` reports it. */
  readonly unsupported?: readonly Setting[];
}
