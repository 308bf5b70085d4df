import type { PowerSetting } from './notifications.ts';

/**
 * Controls that the SCM can send to a service, as data: all of it is decoded inside the handler, so that nothing points
 * at freed memory.
 *
 * Source: https://learn.microsoft.com/windows/win32/api/winsvc/nc-winsvc-lphandler_function_ex
 */
export type ControlEvent =
  | { readonly type: 'stop' | 'shutdown' | 'preshutdown' | 'pause' | 'continue' | 'interrogate' }
  | { readonly type: 'paramChange' | 'triggerEvent' | 'lowResources' | 'systemLowResources' }
  | NetBindEvent
  | HardwareProfileEvent
  | DeviceEvent
  | PowerEvent
  | SessionChangeEvent
  | TimeChangeEvent
  | CommandEvent
  | UnknownControlEvent;

/** The names of the controls. */
export type ControlType = ControlEvent['type'];

/** A network component for binding was added, removed, enabled or disabled (SERVICE_CONTROL_NETBIND*). */
export interface NetBindEvent {
  /** Kind of the control. */
  readonly type: 'netBind';
  /** Kind of the change. */
  readonly change: 'add' | 'remove' | 'enable' | 'disable';
}

/** SERVICE_CONTROL_HARDWAREPROFILECHANGE. */
export interface HardwareProfileEvent {
  /** Kind of the control. */
  readonly type: 'hardwareProfileChange';
  /** Kind of the change. */
  readonly change: 'configChanged' | 'queryChangeConfig' | 'configChangeCanceled' | 'unknown';
}

/** A device notification that the service asked for with `notifications.devices` (SERVICE_CONTROL_DEVICEEVENT). */
export interface DeviceEvent {
  /** Kind of the control. */
  readonly type: 'deviceEvent';
  /** Kind of the event. */
  readonly change:
    'arrival' | 'removeComplete' | 'queryRemove' | 'queryRemoveFailed' | 'removePending' | 'custom' | 'unknown';
  /** DBT_* number that Windows sent. */
  readonly eventType: number;
  /** Device; `undefined`: Windows sent no data. */
  readonly device:
    | { readonly kind: 'interface'; readonly classGuid: string; readonly name: string }
    | { readonly kind: 'handle'; readonly eventGuid: string; readonly data: Uint8Array }
    | { readonly kind: 'volume'; readonly unitMask: number; readonly drives: readonly string[] }
    | { readonly kind: 'port'; readonly name: string }
    | { readonly kind: 'other'; readonly deviceType: number }
    | undefined;
}

/**
 * SERVICE_CONTROL_POWEREVENT. `setting` is present only for `settingChange`: Windows sends no data with the others. It
 * sends that change only for the settings in `notifications.power`.
 */
export interface PowerEvent {
  /** Kind of the control. */
  readonly type: 'powerEvent';
  /** Kind of the change. */
  readonly change: 'suspend' | 'resumeAutomatic' | 'resumeSuspend' | 'powerStatusChange' | 'settingChange' | 'unknown';
  /** PBT_* number that Windows sent. */
  readonly eventType: number;
  /** New value of the setting, with `settingChange` only. */
  readonly setting?: PowerSetting;
}

/** SERVICE_CONTROL_SESSIONCHANGE with WTSSESSION_NOTIFICATION. */
export interface SessionChangeEvent {
  /** Kind of the control. */
  readonly type: 'sessionChange';
  /** Kind of the change. */
  readonly reason: SessionReason;
  /** Number of the session. */
  readonly sessionId: number;
}

/** Change of a session (WTS_* of wtsapi32.h). */
export type SessionReason =
  | 'consoleConnect'
  | 'consoleDisconnect'
  | 'remoteConnect'
  | 'remoteDisconnect'
  | 'logon'
  | 'logoff'
  | 'lock'
  | 'unlock'
  | 'remoteControl'
  | 'create'
  | 'terminate'
  | 'unknown';

/** SERVICE_CONTROL_TIMECHANGE with SERVICE_TIMECHANGE_INFO. */
export interface TimeChangeEvent {
  /** Kind of the control. */
  readonly type: 'timeChange';
  /** Time before the change. */
  readonly oldTime: Date;
  /** Time after the change. */
  readonly newTime: Date;
}

/** A user-defined control, 128 to 255. */
export interface CommandEvent {
  /** Kind of the control. */
  readonly type: 'command';
  /** Code of the control, 128 to 255. */
  readonly code: number;
}

/** A control that this version has no name for. */
export interface UnknownControlEvent {
  /** Kind of the control. */
  readonly type: 'unknown';
  /** Code of the control. */
  readonly code: number;
  /** Event type that Windows sent. */
  readonly eventType: number;
}

/** Group of controls that a service can accept (SERVICE_ACCEPT_*). */
export type Acceptable =
  | 'stop'
  | 'pauseContinue'
  | 'shutdown'
  | 'paramChange'
  | 'netBind'
  | 'hardwareProfileChange'
  | 'powerEvent'
  | 'sessionChange'
  | 'preshutdown'
  | 'timeChange'
  | 'triggerEvent'
  | 'lowResources'
  | 'systemLowResources';

/**
 * Groups of controls that a service can accept (SERVICE_ACCEPT_*). These are not the controls: the numbers differ, and one of
 * them can stand for several controls.
 */
export const ACCEPTABLE = [
  'stop',
  'pauseContinue',
  'shutdown',
  'paramChange',
  'netBind',
  'hardwareProfileChange',
  'powerEvent',
  'sessionChange',
  'preshutdown',
  'timeChange',
  'triggerEvent',
  'lowResources',
  'systemLowResources',
] as const satisfies readonly Acceptable[];

/** Returns the declaration without which the SCM does not send a control; `undefined`: it always sends it. */
export function acceptableOf(type: ControlType): Acceptable | undefined {
  if (type === 'pause' || type === 'continue') return 'pauseContinue';
  return (ACCEPTABLE as readonly string[]).includes(type) ? (type as Acceptable) : undefined;
}
