import { Win32Error } from '../../errors/win32-error.ts';
import type { Ffi, FfiResult } from '../ffi/ffi.ts';
import type { ResolvedNotificationOptions } from '../../scm/notifications.ts';
import { toError } from '../../util/to-error.ts';
import { bindTable, type DllOverrides, fn } from '../bind-table.ts';
import { parseGuid } from '../guid.ts';
import { DEV_BROADCAST_DEVICEINTERFACE_W } from '../structs.ts';
import { powerSettingGuid } from './power-settings.ts';

const FUNCTIONS = {
  RegisterDeviceNotificationW: fn('user32', 'ptr', ['ptr', 'ptr', 'u32']),
  RegisterPowerSettingNotification: fn('user32', 'ptr', ['ptr', 'ptr', 'u32']),
  UnregisterDeviceNotification: fn('user32', 'i32', ['ptr']),
  UnregisterPowerSettingNotification: fn('user32', 'i32', ['ptr']),
} as const;

const DEVICE_NOTIFY_SERVICE_HANDLE = 0x1;
const DEVICE_NOTIFY_ALL_INTERFACE_CLASSES = 0x4;
const DBT_DEVTYP_DEVICEINTERFACE = 5;
const NO_GUID = '{00000000-0000-0000-0000-000000000000}';

/** GUIDs of the device interface classes that have a name. https://learn.microsoft.com/windows-hardware/drivers/install/system-defined-device-interface-classes */
const DEVICE_CLASS_GUIDS: Readonly<Record<string, string>> = {
  all: NO_GUID,
  usb: '{a5dcbf10-6530-11d2-901f-00c04fb951ed}',
  disk: '{53f56307-b6bf-11d0-94f2-00a0c91efb8b}',
  volume: '{53f5630d-b6bf-11d0-94f2-00a0c91efb8b}',
  comPort: '{86e0d1e0-8089-11d0-9ce4-08003e301f73}',
  hid: '{4d1e55b2-f16f-11cf-88cb-001111000030}',
  network: '{cac88484-7515-4c03-82e6-71a87abac361}',
};

/** Registrations of a service for notifications. */
export interface Notifications {
  /** Ends them; waits at most `limitMs`. */
  end(limitMs: number): Promise<void>;
}

/**
 * Registers for notifications that Windows sends only on request. koffi loads user32.dll for these calls only.
 *
 * Each call runs on the pool: Windows sends the present value of a power setting at once, and the handler needs this
 * thread to receive it.
 *
 * Source: https://learn.microsoft.com/windows/win32/api/winuser/nf-winuser-registerpowersettingnotification,
 * https://learn.microsoft.com/windows/win32/api/winuser/nf-winuser-registerdevicenotificationw
 */
export function requestNotifications(
  ffi: Ffi,
  statusHandle: bigint,
  { power, devices }: ResolvedNotificationOptions,
  failed: (error: Error) => void,
  dlls: DllOverrides = {},
): Notifications {
  const api = bindTable(ffi, FUNCTIONS, dlls);
  const undo: (() => Promise<unknown>)[] = [];
  let ending = false;

  async function request(
    kind: 'RegisterPowerSettingNotification' | 'RegisterDeviceNotificationW',
    name: string,
    bytes: Buffer,
    flags: number,
  ): Promise<void> {
    const what = kind === 'RegisterPowerSettingNotification' ? 'the power setting' : 'devices of the class';
    const memory = ffi.alloc(bytes.length);
    try {
      bytes.copy(memory.buffer);
      const { value, lastError }: FfiResult = await api[kind].async(statusHandle, memory.address, flags);
      const handle = value as bigint | null;
      if (!handle)
        throw new Win32Error({
          api: kind,
          win32Code: lastError,
          action: `register for ${what} ${name}; the service goes on without`,
        });
      const end = kind === 'RegisterPowerSettingNotification' ? 'Power' : 'Device';
      undo.push(() =>
        (end === 'Power' ? api.UnregisterPowerSettingNotification : api.UnregisterDeviceNotification).async(handle),
      );
    } catch (error) {
      failed(toError(error));
    } finally {
      memory.free();
    }
  }

  async function requestAll(): Promise<void> {
    for (const name of power) {
      if (ending) return;
      const guid = parseGuid(powerSettingGuid(name));
      await request('RegisterPowerSettingNotification', name, guid, DEVICE_NOTIFY_SERVICE_HANDLE);
    }
    for (const name of devices) {
      if (ending) return;
      const all = name === 'all' ? DEVICE_NOTIFY_ALL_INTERFACE_CLASSES : 0;
      await request('RegisterDeviceNotificationW', name, deviceFilter(name), DEVICE_NOTIFY_SERVICE_HANDLE | all);
    }
  }

  const requested = requestAll();
  return {
    async end(limitMs) {
      ending = true;
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, limitMs)));
      const undone = requested.then(() => Promise.allSettled(undo.splice(0).map((take) => take())));
      // An app that keeps every thread of the pool busy must not keep STOPPED from being reported.
      await Promise.race([undone, late]);
      clearTimeout(timer);
    },
  };
}

/** DEV_BROADCAST_DEVICEINTERFACE_W for a class of devices, with an empty name. */
export function deviceFilter(name: string): Buffer {
  // The structure ends in one character; its declared size is rounded up to its alignment.
  const size = DEV_BROADCAST_DEVICEINTERFACE_W.size + 4;
  const filter = Buffer.alloc(size);
  return DEV_BROADCAST_DEVICEINTERFACE_W.write(filter, {
    dbcc_size: size,
    dbcc_devicetype: DBT_DEVTYP_DEVICEINTERFACE,
    dbcc_classguid: parseGuid(DEVICE_CLASS_GUIDS[name] ?? name),
  });
}
