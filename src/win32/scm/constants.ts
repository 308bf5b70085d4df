import type { ErrorControl, LaunchProtection, ServiceType, SidType } from '../../scm/service-config.ts';
import type { RecoveryAction } from '../../scm/recovery-config.ts';

/** Access rights. https://learn.microsoft.com/windows/win32/services/service-security-and-access-rights */
export const SCM_ACCESS = { CONNECT: 0x1, CREATE_SERVICE: 0x2, ENUMERATE_SERVICE: 0x4 } as const;
export const SERVICE_ACCESS = {
  QUERY_CONFIG: 0x1,
  CHANGE_CONFIG: 0x2,
  QUERY_STATUS: 0x4,
  ENUMERATE_DEPENDENTS: 0x8,
  START: 0x10,
  STOP: 0x20,
  PAUSE_CONTINUE: 0x40,
  INTERROGATE: 0x80,
  USER_DEFINED_CONTROL: 0x100,
  DELETE: 0x10000,
  READ_CONTROL: 0x20000,
  WRITE_DAC: 0x40000,
} as const;
export type ServiceAccess = keyof typeof SERVICE_ACCESS;

export const SERVICE_NO_CHANGE = 0xffffffff;
export const INFINITE = 0xffffffff;
export const SC_STATUS_PROCESS_INFO = 0;
export const SC_ENUM_PROCESS_INFO = 0;
export const SERVICE_CONTROL_STATUS_REASON_INFO = 1;
export const SERVICE_STATE_FILTER = { active: 1, inactive: 2, all: 3 } as const;
export const SERVICE_TYPE_FILTER = { driver: 0xb, win32: 0x30, all: 0x3b } as const;
export const SYNCHRONIZE = 0x100000;

/** Version of SERVICE_NOTIFYW for the states of a service. */
export const SERVICE_NOTIFY = 2;
/** SERVICE_NOTIFY_*: every state, and the deletion. */
export const NOTIFY_DELETE_PENDING = 0x200;
export const NOTIFY_ALL = 0x7f | NOTIFY_DELETE_PENDING;

export const ERROR = {
  ACCESS_DENIED: 5,
  CALL_NOT_IMPLEMENTED: 120,
  INSUFFICIENT_BUFFER: 122,
  INVALID_LEVEL: 124,
  MORE_DATA: 234,
  FILE_NOT_FOUND: 2,
  BAD_NETPATH: 53,
  RPC_SERVER_UNAVAILABLE: 1722,
  KEY_DELETED: 1018,
  SERVICE_DOES_NOT_EXIST: 1060,
  SERVICE_MARKED_FOR_DELETE: 1072,
  INVALID_PARAMETER: 87,
} as const;

export const TYPE_BITS: Record<ServiceType, number> = {
  kernelDriver: 0x1,
  fileSystemDriver: 0x2,
  adapter: 0x4,
  recognizerDriver: 0x8,
  ownProcess: 0x10,
  shareProcess: 0x20,
  userOwnProcess: 0x50,
  userShareProcess: 0x60,
};
export const SERVICE_INTERACTIVE_PROCESS = 0x100;
/** Masks out the bits for interactive, an instance of a per-user service, and packaged. */
export const TYPE_MASK = 0x7f;

export const START_CODES = { boot: 0, system: 1, auto: 2, delayed: 2, demand: 3, disabled: 4 } as const;
export const ERROR_CONTROL_CODES: Record<ErrorControl, number> = { ignore: 0, normal: 1, severe: 2, critical: 3 };
export const SID_CODES: Record<SidType, number> = { none: 0, unrestricted: 1, restricted: 3 };
export const LAUNCH_CODES: Record<LaunchProtection, number> = {
  none: 0,
  windows: 1,
  windowsLight: 2,
  antimalwareLight: 3,
};
export const ACTION_CODES: Record<RecoveryAction['type'], number> = { none: 0, restart: 1, reboot: 2, runCommand: 3 };

/** Levels of ChangeServiceConfig2W. https://learn.microsoft.com/windows/win32/api/winsvc/nf-winsvc-changeserviceconfig2w */
export const LEVEL = {
  DESCRIPTION: 1,
  FAILURE_ACTIONS: 2,
  DELAYED_AUTO_START: 3,
  FAILURE_ACTIONS_FLAG: 4,
  SID_INFO: 5,
  REQUIRED_PRIVILEGES: 6,
  PRESHUTDOWN: 7,
  TRIGGER: 8,
  PREFERRED_NODE: 9,
  LAUNCH_PROTECTED: 12,
} as const;

/** Finds the key of a table whose value is `code`. */
export function nameOfCode<K extends string>(table: Readonly<Record<K, number>>, code: number, otherwise: K): K {
  for (const name of Object.keys(table) as K[]) if (table[name] === code) return name;
  return otherwise;
}
