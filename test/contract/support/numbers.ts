import type { Acceptable, ServiceState } from 'winsvc';
import type { Seen } from '../driver.ts';

/** Win32's numbers as winsvc.h has them, apart from the library's own table, which they are to find wrong. */
const STATES: Readonly<Record<ServiceState, number>> = {
  stopped: 1,
  startPending: 2,
  stopPending: 3,
  running: 4,
  continuePending: 5,
  pausePending: 6,
  paused: 7,
};

export const CONTROLS = {
  stop: 1,
  pause: 2,
  continue: 3,
  interrogate: 4,
  paramChange: 6,
  netBindAdd: 7,
  netBindRemove: 8,
  netBindEnable: 9,
  netBindDisable: 10,
} as const;

const ACCEPTS: readonly (readonly [bit: number, name: Acceptable])[] = [
  [0x1, 'stop'],
  [0x2, 'pauseContinue'],
  [0x4, 'shutdown'],
  [0x8, 'paramChange'],
  [0x10, 'netBind'],
  [0x20, 'hardwareProfileChange'],
  [0x40, 'powerEvent'],
  [0x80, 'sessionChange'],
  [0x100, 'preshutdown'],
  [0x200, 'timeChange'],
  [0x400, 'triggerEvent'],
];
const ERROR_SERVICE_SPECIFIC_ERROR = 1066;

interface Win32Status {
  readonly state: number;
  readonly accepts: number;
  readonly win32ExitCode: number;
  readonly serviceExitCode: number;
  readonly checkpoint: number;
  readonly waitHint: number;
}

export function fromWin32(raw: Win32Status): Seen {
  const state = (Object.keys(STATES) as ServiceState[]).find((name) => STATES[name] === raw.state);
  if (!state) throw new Error(`no state has the number ${raw.state}`);
  const specific = raw.win32ExitCode === ERROR_SERVICE_SPECIFIC_ERROR;
  const exit = specific ? { service: raw.serviceExitCode } : { win32: raw.win32ExitCode };
  return {
    state,
    accepts: ACCEPTS.filter(([bit]) => raw.accepts & bit).map(([, name]) => name),
    checkpoint: raw.checkpoint,
    waitHintMs: raw.waitHint,
    exit: state === 'stopped' ? exit : undefined,
  };
}
