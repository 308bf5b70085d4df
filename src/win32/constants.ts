import type { Acceptable } from '../scm/controls.ts';
import type { ServiceState } from '../scm/states.ts';

export const NO_ERROR = 0;
export const ERROR_CALL_NOT_IMPLEMENTED = 120;
export const ERROR_SERVICE_CANNOT_ACCEPT_CTRL = 1061;
export const ERROR_SERVICE_SPECIFIC_ERROR = 1066;
export const ERROR_SERVICE_REQUEST_TIMEOUT = 1053;

export const WAIT_OBJECT_0 = 0;
export const SERVICE_WIN32_OWN_PROCESS = 0x10;

/** SERVICE_STATUS.dwCurrentState. */
export const STATE_CODES: Record<ServiceState, number> = {
  stopped: 1,
  startPending: 2,
  stopPending: 3,
  running: 4,
  continuePending: 5,
  pausePending: 6,
  paused: 7,
};

/** SERVICE_ACCEPT_*: bits of dwControlsAccepted. */
export const ACCEPT_BITS: Record<Acceptable, number> = {
  stop: 0x1,
  pauseContinue: 0x2,
  shutdown: 0x4,
  paramChange: 0x8,
  netBind: 0x10,
  hardwareProfileChange: 0x20,
  powerEvent: 0x40,
  sessionChange: 0x80,
  preshutdown: 0x100,
  timeChange: 0x200,
  triggerEvent: 0x400,
  lowResources: 0x2000,
  systemLowResources: 0x4000,
};

/** SERVICE_CONTROL_*. */
export const CONTROL = {
  STOP: 0x1,
  PAUSE: 0x2,
  CONTINUE: 0x3,
  INTERROGATE: 0x4,
  SHUTDOWN: 0x5,
  PARAMCHANGE: 0x6,
  NETBINDADD: 0x7,
  NETBINDREMOVE: 0x8,
  NETBINDENABLE: 0x9,
  NETBINDDISABLE: 0xa,
  DEVICEEVENT: 0xb,
  HARDWAREPROFILECHANGE: 0xc,
  POWEREVENT: 0xd,
  SESSIONCHANGE: 0xe,
  PRESHUTDOWN: 0xf,
  TIMECHANGE: 0x10,
  TRIGGEREVENT: 0x20,
  LOWRESOURCES: 0x60,
  SYSTEMLOWRESOURCES: 0x61,
} as const;
