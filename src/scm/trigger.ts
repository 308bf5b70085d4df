/** Event that can start or stop a service (SERVICE_TRIGGER_TYPE_*). */
export type TriggerEvent =
  | 'deviceArrival'
  | 'firstIpAddress'
  | 'lastIpAddressLost'
  | 'domainJoin'
  | 'domainLeave'
  | 'firewallPortOpen'
  | 'firewallPortClose'
  | 'machinePolicy'
  | 'userPolicy'
  | 'rpcEndpoint'
  | 'namedPipeEndpoint'
  | 'systemState'
  | 'etw'
  | 'aggregate';

/** Events that can start or stop a service (SERVICE_TRIGGER_TYPE_*). */
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
] as const satisfies readonly TriggerEvent[];

/** Data that narrows a trigger down, at most 1024 bytes: a device's hardware id, a port, the name of a pipe. */
export type TriggerData =
  | { readonly type: 'binary'; readonly value: Uint8Array }
  | { readonly type: 'text'; readonly value: readonly string[] }
  | { readonly type: 'level'; readonly value: number }
  | { readonly type: 'keywordAny' | 'keywordAll'; readonly value: bigint };

/** Starts or stops the service when something happens (SERVICE_TRIGGER). */
export interface Trigger {
  /** Event to wait for. */
  readonly event: TriggerEvent;
  /** Action of the SCM when it happens. */
  readonly action: 'start' | 'stop';
  /** For `deviceArrival` the interface class, for `etw` the provider, for `systemState` and `aggregate` the subtype; as `{…}`. */
  readonly guid?: string;
  /** Items that the event must match. Default: none. */
  readonly data?: readonly TriggerData[];
}
