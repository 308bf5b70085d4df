import type {
  Acceptable,
  DeviceEvent,
  HardwareProfileEvent,
  NetBindEvent,
  PowerEvent,
  TimeChangeEvent,
} from '../../scm/controls.ts';
import type { InstallOptions } from '../../scm/service-spec.ts';
import type { ResolvedHangOptions, PhaseBudgets } from '../../host/service-host.ts';
import type { LogSettings, ServiceEventLogOptions } from '../../host/log-options.ts';
import type { CrashReportOptions, HangOptions, LoggingOptions, TimeoutOptions } from '../../scm/run-options.ts';
import type { DeviceClassName, Guid, ResolvedNotificationOptions, PowerSettingName } from '../../scm/notifications.ts';
import type { ServiceContext, StopContext } from '../context/context.ts';
import type { SessionChange } from '../context/session-change.ts';

/** A service: its name, its handlers, its timeouts. The controls that it accepts follow from the handlers that exist. */
export interface ServiceOptions<Commands extends string = string> {
  /** The name that the SCM knows it by: 1 to 256 characters, without `/` and `\`. */
  readonly name: string;
  /**
   * Lets the service be installed several times, as `Orders@8081` and `Orders@8082`, each with its own logs and folders.
   * `true`: the instance is that of the installed name, or of `--instance` on the command line. A text fixes it. Handlers
   * read it as `ctx.instance`. Default: none, one service.
   */
  readonly instance?: boolean | string;
  /** The name that people see. Default: `name`. At most 256 characters. */
  readonly displayName?: string;
  readonly description?: string;
  /** Makes the service ready. START_PENDING until it resolves, then RUNNING. */
  start(ctx: ServiceContext): unknown;
  /** Called at a stop, a shutdown, Ctrl+C or a failure, when `start` had resolved. The shutdown hooks run after it. */
  stop?(ctx: StopContext): unknown;
  /** Needs `resume` too. */
  pause?(ctx: ServiceContext): unknown;
  resume?(ctx: ServiceContext): unknown;
  /** Handlers of the controls that carry an event. */
  readonly on?: ControlHandlers;
  /** What Windows tells a service only if that asks for it: power settings and devices. */
  readonly notifications?: NotificationOptions;
  /** User-defined controls by name; codes 128 to 255. */
  readonly commands?: Readonly<Record<Commands, CommandOptions>>;
  readonly timeouts?: TimeoutOptions;
  /**
   * What happens when the app blocks its event loop while the service runs: under the SCM it is found by the host
   * thread, which takes the stack. Default `{ timeout: '30s', action: 'report' }`; `false`: nothing.
   */
  readonly hang?: HangOptions | false;
  /**
   * How the service hears of a shutdown of the system: with the others (`'shutdown'`, about 5 s in all), or before the
   * others and with a budget of its own (`'preshutdown'`, 10 s unless configured). Default `'shutdown'`.
   */
  readonly shutdown?: 'shutdown' | 'preshutdown';
  /**
   * Whether a stop, after the stop handler and the hooks, calls what the app listens to SIGTERM with, so that code written
   * for containers ends as it does there. On a console real signals arrive instead. Default `true`.
   */
  readonly signals?: boolean;
  /**
   * Whether a failure under the SCM writes a report of Node about the process: its JavaScript stack, heap, native stack,
   * open handles and loaded modules, without the environment. `true`: into `%ProgramData%\\<service>\\reports`. Default
   * `false`.
   */
  readonly crashReport?: boolean | CrashReportOptions;
  /**
   * Under the SCM, failures and what `ctx.log` writes from `warn` up go to the Windows event log too. `false` turns that
   * off. Default: on, with the service's name as source, for as long as that source is installed.
   */
  readonly eventLog?: boolean | ServiceEventLogOptions;
  /**
   * Where the logs and the output of the service go under the SCM, where there is no console: rotated files in
   * `%ProgramData%\\<service>\\logs` unless told otherwise. `false`: nowhere.
   */
  readonly logging?: LoggingOptions | false;
  /**
   * Whether a stop that the SCM or the system asked for, and that fails (a hook throws, the time is over), reports an exit
   * code other than 0. Recovery then starts the service again, although it was to be stopped. Default `false`: such a stop
   * reports 0, and the failure is in the log and the event log. See docs/recovery.md.
   */
  readonly recoverAfterFailedStop?: boolean;
  /** How the service is to be installed, for `winsvc/manager` and `runCli`. */
  readonly install?: InstallOptions;
}

/**
 * What Windows tells a service only if that asks for it. It is asked when the service is running for the first time;
 * where it refuses, that is logged as a warning and the service goes on.
 */
export interface NotificationOptions {
  /** Settings whose changes, and present values, come to `on.powerEvent` as `settingChange`: by name, or by GUID. */
  readonly power?: readonly (PowerSettingName | Guid)[];
  /** Classes of devices whose arrival and removal come to `on.deviceEvent`: by name, or by the GUID of the interface class. */
  readonly devices?: readonly (DeviceClassName | Guid)[];
}

/** A user-defined control. */
export interface CommandOptions {
  /** 128 to 255. */
  readonly code: number;
  run(ctx: ServiceContext): unknown;
}

/** Handlers of the controls that carry an event. One that is there makes the service accept its control. */
export interface ControlHandlers {
  /** The service's configuration in the registry changed. */
  paramChange?(ctx: ServiceContext): unknown;
  netBind?(event: NetBindEvent, ctx: ServiceContext): unknown;
  hardwareProfileChange?(event: HardwareProfileEvent, ctx: ServiceContext): unknown;
  deviceEvent?(event: DeviceEvent, ctx: ServiceContext): unknown;
  powerEvent?(event: PowerEvent, ctx: ServiceContext): unknown;
  sessionChange?(event: SessionChange, ctx: ServiceContext): unknown;
  timeChange?(event: TimeChangeEvent, ctx: ServiceContext): unknown;
  triggerEvent?(ctx: ServiceContext): unknown;
  lowResources?(ctx: ServiceContext): unknown;
  systemLowResources?(ctx: ServiceContext): unknown;
}

/** A {@link ServiceOptions} after the check: defaults filled in, durations in milliseconds, handlers bound. */
export interface ServiceDefinition extends LogSettings {
  /** Name without the instance. */
  readonly baseName: string;
  readonly baseDisplayName: string;
  /** `true`: the service can be installed as several instances. */
  readonly hasInstances: boolean;
  readonly instance: string | undefined;
  readonly displayName: string;
  readonly description: string | undefined;
  readonly start: (ctx: ServiceContext) => unknown;
  readonly stop: ((ctx: StopContext) => unknown) | undefined;
  readonly pause: ((ctx: ServiceContext) => unknown) | undefined;
  readonly resume: ((ctx: ServiceContext) => unknown) | undefined;
  readonly on: ControlHandlers;
  readonly notifications: ResolvedNotificationOptions | undefined;
  readonly commands: readonly {
    readonly name: string;
    readonly code: number;
    readonly run: (ctx: ServiceContext) => unknown;
  }[];
  readonly budgets: PhaseBudgets;
  readonly controlTimeoutMs: number;
  readonly hang: ResolvedHangOptions | undefined;
  readonly accepts: readonly Acceptable[];
  readonly signals: boolean;
  readonly recoverAfterFailedStop: boolean;
  readonly install: InstallOptions;
}
