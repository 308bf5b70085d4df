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

/** Definition of a service: name, handlers, timeouts. The service accepts the controls that it has handlers for. */
export interface ServiceOptions<Commands extends string = string> {
  /** Name of the service in the SCM: 1 to 256 characters, without `/` and `\`. */
  readonly name: string;
  /**
   * Lets the service be installed several times, as `Orders@8081` and `Orders@8082`, each with its own logs and folders.
   * `true`: the instance is that of the installed name, or of `--instance` on the command line. A text fixes it. Handlers
   * read it as `ctx.instance`. Default: none, one service.
   */
  readonly instance?: boolean | string;
  /** Name that people see. Default: `name`. At most 256 characters. */
  readonly displayName?: string;
  /** Text below the name in services.msc. Default: none. */
  readonly description?: string;
  /** Makes the service ready. The service is START_PENDING until it resolves, then RUNNING. */
  start(ctx: ServiceContext): unknown;
  /** Called at a stop, a shutdown, Ctrl+C or a failure, if `start` had resolved. The shutdown hooks run after it. */
  stop?(ctx: StopContext): unknown;
  /** Called at PAUSE. The service is PAUSED when it resolves. Needs `resume` too. */
  pause?(ctx: ServiceContext): unknown;
  /** Called at CONTINUE. The service is RUNNING when it resolves. Needs `pause` too. */
  resume?(ctx: ServiceContext): unknown;
  /** Handlers of the controls that carry an event. */
  readonly on?: ControlHandlers;
  /** Notifications that Windows sends only on request: power settings and devices. Default: none. */
  readonly notifications?: NotificationOptions;
  /** User-defined controls by name. */
  readonly commands?: Readonly<Record<Commands, CommandOptions>>;
  /** Time that each handler may take. */
  readonly timeouts?: TimeoutOptions;
  /**
   * Detection of an app that blocks its event loop while the service runs. Under the SCM the host thread finds it and takes
   * the stack. Default `{ timeout: '30s', action: 'report' }`; `false`: off.
   */
  readonly hang?: HangOptions | false;
  /**
   * Control that the service gets when the system shuts down: `'shutdown'`, together with the other services and about 5 s
   * in all, or `'preshutdown'`, before the others and with its own time (10 s unless configured). Default `'shutdown'`.
   */
  readonly shutdown?: 'shutdown' | 'preshutdown';
  /**
   * `true`: a stop calls the app's SIGTERM listeners, after the stop handler and the hooks, so that code written for
   * containers ends as it does there. On a console real signals arrive instead. Default `true`.
   */
  readonly signals?: boolean;
  /**
   * Report of Node about the process, written at a failure under the SCM: its JavaScript stack, heap, native stack,
   * open handles and loaded modules, without the environment. `true`: into `%ProgramData%\\<service>\\reports`. Default
   * `false`.
   */
  readonly crashReport?: boolean | CrashReportOptions;
  /**
   * Windows event log. Under the SCM, failures and records of `ctx.log` from `warn` up go there too. `false`: off. Default:
   * on, with the service's name as source, if that source is installed.
   */
  readonly eventLog?: boolean | ServiceEventLogOptions;
  /**
   * Log files under the SCM, where there is no console: records of `ctx.log`, and the output of the process. Default:
   * rotated files in `%ProgramData%\\<service>\\logs`. `false`: none.
   */
  readonly logging?: LoggingOptions | false;
  /**
   * `true`: a stop that the SCM or the system asked for, and that fails (a hook throws, the time is over), reports an exit
   * code other than 0. Recovery then starts the service again, although it was to be stopped. Default `false`: such a stop
   * reports 0, and the failure is in the log and the event log. See docs/recovery.md.
   */
  readonly recoverAfterFailedStop?: boolean;
  /** Settings for the installation by `winsvc/manager` and `runCli`. */
  readonly install?: InstallOptions;
}

/**
 * Notifications that Windows sends only on request. The service registers for them when it is running for the first time. A
 * refusal is logged as a warning, and the service goes on without.
 */
export interface NotificationOptions {
  /** Power settings, by name or GUID. Their present values and changes arrive in `on.powerEvent` as `settingChange`. */
  readonly power?: readonly (PowerSettingName | Guid)[];
  /** Device interface classes, by name or GUID. Arrivals and removals arrive in `on.deviceEvent`. */
  readonly devices?: readonly (DeviceClassName | Guid)[];
}

/** A user-defined control. */
export interface CommandOptions {
  /** Code of the control, 128 to 255. */
  readonly code: number;
  /** Called when the control arrives. */
  run(ctx: ServiceContext): unknown;
}

/** Handlers of controls that carry an event. The service accepts the controls that it has handlers for. */
export interface ControlHandlers {
  /** PARAMCHANGE: the configuration of the service has changed. */
  paramChange?(ctx: ServiceContext): unknown;
  /** NETBINDADD, NETBINDREMOVE, NETBINDENABLE, NETBINDDISABLE: a network binding has changed. */
  netBind?(event: NetBindEvent, ctx: ServiceContext): unknown;
  /** HARDWAREPROFILECHANGE: the hardware profile changes. */
  hardwareProfileChange?(event: HardwareProfileEvent, ctx: ServiceContext): unknown;
  /** DEVICEEVENT: a device of `notifications.devices` arrived or was removed. */
  deviceEvent?(event: DeviceEvent, ctx: ServiceContext): unknown;
  /** POWEREVENT: the system suspends, resumes, or changes a setting of `notifications.power`. */
  powerEvent?(event: PowerEvent, ctx: ServiceContext): unknown;
  /** SESSIONCHANGE: a user logs on or off, locks the screen, connects. */
  sessionChange?(event: SessionChange, ctx: ServiceContext): unknown;
  /** TIMECHANGE: the time of the system was set. */
  timeChange?(event: TimeChangeEvent, ctx: ServiceContext): unknown;
  /** TRIGGEREVENT: a trigger of the service fired while it runs. */
  triggerEvent?(ctx: ServiceContext): unknown;
  /** LOWRESOURCES: this service should free memory. */
  lowResources?(ctx: ServiceContext): unknown;
  /** SYSTEMLOWRESOURCES: the system is short of memory. */
  systemLowResources?(ctx: ServiceContext): unknown;
}

/** Checked {@link ServiceOptions}: defaults filled in, durations in milliseconds, handlers bound. */
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
