/** Every {@link PowerSettingName}. */
export const POWER_SETTINGS = [
  'powerSource',
  'batteryPercentage',
  'monitor',
  'monitorPower',
  'lid',
  'powerSaving',
  'energySaver',
  'awayMode',
  'userPresence',
  'powerScheme',
  'idleBackgroundTask',
] as const satisfies readonly PowerSettingName[];
/** Name of a power setting whose changes a service can receive. docs/session-0.md describes each of them. */
export type PowerSettingName =
  | 'powerSource'
  | 'batteryPercentage'
  | 'monitor'
  | 'monitorPower'
  | 'lid'
  | 'powerSaving'
  | 'energySaver'
  | 'awayMode'
  | 'userPresence'
  | 'powerScheme'
  | 'idleBackgroundTask';

/** Every {@link DeviceClassName}. */
export const DEVICE_CLASSES = [
  'all',
  'usb',
  'disk',
  'volume',
  'comPort',
  'hid',
  'network',
] as const satisfies readonly DeviceClassName[];
/** Name of a device interface class whose events a service can receive; `'all'`: every class. */
export type DeviceClassName = 'all' | 'usb' | 'disk' | 'volume' | 'comPort' | 'hid' | 'network';

/** A GUID, with or without braces. */
export type Guid =
  `{${string}-${string}-${string}-${string}-${string}}` | `${string}-${string}-${string}-${string}-${string}`;

/** Notifications that Windows sends to a service only on request. */
export interface ResolvedNotificationOptions {
  /** Names of {@link POWER_SETTINGS}, and GUIDs. */
  readonly power: readonly string[];
  /** Names of {@link DEVICE_CLASSES}, and GUIDs. */
  readonly devices: readonly string[];
}

/** New value of a power setting, with its name where the library has one. `data` has the bytes that Windows sent. */
export type PowerSetting = { readonly guid: string; readonly data: Uint8Array } & (
  | { readonly name: 'powerSource'; readonly value: 'ac' | 'battery' | 'ups' | 'unknown' }
  /** 0 to 100. */
  | { readonly name: 'batteryPercentage'; readonly value: number }
  | { readonly name: 'monitor'; readonly value: 'off' | 'on' | 'dimmed' | 'unknown' }
  | { readonly name: 'monitorPower' | 'powerSaving'; readonly value: 'off' | 'on' | 'unknown' }
  | { readonly name: 'lid'; readonly value: 'closed' | 'open' | 'unknown' }
  | { readonly name: 'energySaver'; readonly value: 'off' | 'standard' | 'high' | 'unknown' }
  | { readonly name: 'awayMode'; readonly value: 'exiting' | 'entering' | 'unknown' }
  | { readonly name: 'userPresence'; readonly value: 'present' | 'notPresent' | 'inactive' | 'unknown' }
  | { readonly name: 'powerScheme'; readonly value: 'highPerformance' | 'balanced' | 'powerSaver' | 'unknown' }
  /** The system is busy: time for work in the background. */
  | { readonly name: 'idleBackgroundTask'; readonly value: undefined }
  /** A setting that the library has no name for. */
  | { readonly name: undefined; readonly value: undefined }
);
