import type { ControlEvent, DeviceEvent, HardwareProfileEvent, PowerEvent, SessionReason } from '../../scm/controls.ts';
import { CONTROL } from '../constants.ts';
import { formatGuid } from '../guid.ts';
import {
  DEV_BROADCAST_DEVICEINTERFACE_W,
  DEV_BROADCAST_HANDLE,
  DEV_BROADCAST_HDR,
  DEV_BROADCAST_VOLUME,
  POWERBROADCAST_SETTING,
  SERVICE_TIMECHANGE_INFO,
  WTSSESSION_NOTIFICATION,
} from '../structs.ts';
import { decodePowerSetting } from './power-settings.ts';

/** Reads event data. Called only while the handler runs: the data is freed afterwards. */
export type ReadData = (offset: number, bytes: number) => Buffer;

const NET_BIND = {
  [CONTROL.NETBINDADD]: 'add',
  [CONTROL.NETBINDREMOVE]: 'remove',
  [CONTROL.NETBINDENABLE]: 'enable',
  [CONTROL.NETBINDDISABLE]: 'disable',
} as const;

/** WTS_* of wtsapi32.h; 0 stands for none. */
const SESSION_REASONS: readonly SessionReason[] = [
  'unknown',
  'consoleConnect',
  'consoleDisconnect',
  'remoteConnect',
  'remoteDisconnect',
  'logon',
  'logoff',
  'lock',
  'unlock',
  'remoteControl',
  'create',
  'terminate',
];

/** PBT_* of winuser.h. */
const POWER: Readonly<Record<number, PowerEvent['change']>> = {
  0x4: 'suspend',
  0x7: 'resumeSuspend',
  0xa: 'powerStatusChange',
  0x12: 'resumeAutomatic',
  0x8013: 'settingChange',
};

/** DBT_* of dbt.h. */
const DEVICE: Readonly<Record<number, DeviceEvent['change']>> = {
  0x8000: 'arrival',
  0x8001: 'queryRemove',
  0x8002: 'queryRemoveFailed',
  0x8003: 'removePending',
  0x8004: 'removeComplete',
  0x8006: 'custom',
};
const PROFILE: Readonly<Record<number, HardwareProfileEvent['change']>> = {
  0x17: 'queryChangeConfig',
  0x18: 'configChanged',
  0x19: 'configChangeCanceled',
};

/**
 * Decodes the arguments of HandlerEx. `read` is undefined when there is no data.
 *
 * Source: https://learn.microsoft.com/windows/win32/api/winsvc/nc-winsvc-lphandler_function_ex
 */
export function decodeControl(code: number, eventType: number, read: ReadData | undefined): ControlEvent {
  switch (code) {
    case CONTROL.STOP:
      return { type: 'stop' };
    case CONTROL.PAUSE:
      return { type: 'pause' };
    case CONTROL.CONTINUE:
      return { type: 'continue' };
    case CONTROL.INTERROGATE:
      return { type: 'interrogate' };
    case CONTROL.SHUTDOWN:
      return { type: 'shutdown' };
    case CONTROL.PRESHUTDOWN:
      return { type: 'preshutdown' };
    case CONTROL.PARAMCHANGE:
      return { type: 'paramChange' };
    case CONTROL.NETBINDADD:
    case CONTROL.NETBINDREMOVE:
    case CONTROL.NETBINDENABLE:
    case CONTROL.NETBINDDISABLE:
      return { type: 'netBind', change: NET_BIND[code] };
    case CONTROL.DEVICEEVENT:
      return {
        type: 'deviceEvent',
        change: DEVICE[eventType] ?? 'unknown',
        eventType,
        device: read && decodeDevice(read),
      };
    case CONTROL.HARDWAREPROFILECHANGE:
      return { type: 'hardwareProfileChange', change: PROFILE[eventType] ?? 'unknown' };
    case CONTROL.POWEREVENT:
      return decodePower(eventType, read);
    case CONTROL.SESSIONCHANGE: {
      const sessionId = read ? WTSSESSION_NOTIFICATION.read(read(0, WTSSESSION_NOTIFICATION.size)).dwSessionId : 0;
      return { type: 'sessionChange', reason: SESSION_REASONS[eventType] ?? 'unknown', sessionId };
    }
    case CONTROL.TIMECHANGE: {
      if (!read) return { type: 'unknown', code, eventType };
      const info = SERVICE_TIMECHANGE_INFO.read(read(0, SERVICE_TIMECHANGE_INFO.size));
      return { type: 'timeChange', oldTime: fileTimeToDate(info.liOldTime), newTime: fileTimeToDate(info.liNewTime) };
    }
    case CONTROL.TRIGGEREVENT:
      return { type: 'triggerEvent' };
    case CONTROL.LOWRESOURCES:
      return { type: 'lowResources' };
    case CONTROL.SYSTEMLOWRESOURCES:
      return { type: 'systemLowResources' };
    default:
      return code >= 128 && code <= 255 ? { type: 'command', code } : { type: 'unknown', code, eventType };
  }
}

function decodePower(eventType: number, read: ReadData | undefined): PowerEvent {
  const change = POWER[eventType] ?? 'unknown';
  // The data is NULL with every other change, whatever the pointer says.
  if (change !== 'settingChange' || !read) return { type: 'powerEvent', change, eventType };
  const { PowerSetting, DataLength } = POWERBROADCAST_SETTING.read(read(0, POWERBROADCAST_SETTING.size));
  const data = Uint8Array.from(read(POWERBROADCAST_SETTING.size, DataLength));
  return { type: 'powerEvent', change, eventType, setting: decodePowerSetting(formatGuid(PowerSetting), data) };
}

function decodeDevice(read: ReadData): DeviceEvent['device'] {
  const { dbch_size: size, dbch_devicetype: kind } = DEV_BROADCAST_HDR.read(read(0, DEV_BROADCAST_HDR.size));
  const rest = (from: number): Buffer => read(from, Math.max(0, size - from));
  switch (kind) {
    case 2: {
      const { dbcv_unitmask: unitMask } = DEV_BROADCAST_VOLUME.read(read(0, DEV_BROADCAST_VOLUME.size));
      const drives = Array.from({ length: 26 }, (_, i) => i).filter((i) => unitMask & (1 << i));
      return { kind: 'volume', unitMask, drives: drives.map((i) => `${String.fromCharCode(65 + i)}:`) };
    }
    case 3:
      return { kind: 'port', name: textOf(rest(DEV_BROADCAST_HDR.size)) };
    case 5: {
      const { dbcc_classguid } = DEV_BROADCAST_DEVICEINTERFACE_W.read(read(0, DEV_BROADCAST_DEVICEINTERFACE_W.size));
      return {
        kind: 'interface',
        classGuid: formatGuid(dbcc_classguid),
        name: textOf(rest(DEV_BROADCAST_DEVICEINTERFACE_W.size)),
      };
    }
    case 6: {
      const { dbch_eventguid } = DEV_BROADCAST_HANDLE.read(read(0, DEV_BROADCAST_HANDLE.size));
      const dataAt = DEV_BROADCAST_HANDLE.offsets.dbch_nameoffset + 4;
      return { kind: 'handle', eventGuid: formatGuid(dbch_eventguid), data: Uint8Array.from(rest(dataAt)) };
    }
    default:
      return { kind: 'other', deviceType: kind };
  }
}

function textOf(buffer: Buffer): string {
  const text = buffer.toString('utf16le');
  const end = text.indexOf('\0');
  return end < 0 ? text : text.slice(0, end);
}

const FILETIME_EPOCH_MS = 11_644_473_600_000n;

/** Converts a FILETIME: 100 ns since 1601. */
export function fileTimeToDate(time: bigint): Date {
  return new Date(Number(time / 10_000n - FILETIME_EPOCH_MS));
}
