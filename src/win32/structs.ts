import { defineStruct } from './ffi/struct.ts';

/** Win32 structures of the host, named as in the headers. */

/** https://learn.microsoft.com/windows/win32/api/winsvc/ns-winsvc-service_status */
export const SERVICE_STATUS = defineStruct('SERVICE_STATUS', {
  dwServiceType: 'u32',
  dwCurrentState: 'u32',
  dwControlsAccepted: 'u32',
  dwWin32ExitCode: 'u32',
  dwServiceSpecificExitCode: 'u32',
  dwCheckPoint: 'u32',
  dwWaitHint: 'u32',
});

/** https://learn.microsoft.com/windows/win32/api/winsvc/ns-winsvc-service_table_entryw */
export const SERVICE_TABLE_ENTRYW = defineStruct('SERVICE_TABLE_ENTRYW', {
  lpServiceName: 'ptr',
  lpServiceProc: 'ptr',
});

/** https://learn.microsoft.com/windows/win32/api/winuser/ns-winuser-wtssession_notification */
export const WTSSESSION_NOTIFICATION = defineStruct('WTSSESSION_NOTIFICATION', { cbSize: 'u32', dwSessionId: 'u32' });

/** https://learn.microsoft.com/windows/win32/api/winsvc/ns-winsvc-service_timechange_info */
export const SERVICE_TIMECHANGE_INFO = defineStruct('SERVICE_TIMECHANGE_INFO', { liNewTime: 'u64', liOldTime: 'u64' });

/** Up to its data. https://learn.microsoft.com/windows/win32/api/winuser/ns-winuser-powerbroadcast_setting */
export const POWERBROADCAST_SETTING = defineStruct('POWERBROADCAST_SETTING', {
  PowerSetting: { bytes: 16, align: 4 },
  DataLength: 'u32',
});

/** https://learn.microsoft.com/windows/win32/api/dbt/ns-dbt-dev_broadcast_hdr */
export const DEV_BROADCAST_HDR = defineStruct('DEV_BROADCAST_HDR', {
  dbch_size: 'u32',
  dbch_devicetype: 'u32',
  dbch_reserved: 'u32',
});

/** Up to its name. https://learn.microsoft.com/windows/win32/api/dbt/ns-dbt-dev_broadcast_deviceinterface_w */
export const DEV_BROADCAST_DEVICEINTERFACE_W = defineStruct('DEV_BROADCAST_DEVICEINTERFACE_W', {
  dbcc_size: 'u32',
  dbcc_devicetype: 'u32',
  dbcc_reserved: 'u32',
  dbcc_classguid: { bytes: 16, align: 4 },
});

/** Up to its data. https://learn.microsoft.com/windows/win32/api/dbt/ns-dbt-dev_broadcast_handle */
export const DEV_BROADCAST_HANDLE = defineStruct('DEV_BROADCAST_HANDLE', {
  dbch_size: 'u32',
  dbch_devicetype: 'u32',
  dbch_reserved: 'u32',
  dbch_handle: 'ptr',
  dbch_hdevnotify: 'ptr',
  dbch_eventguid: { bytes: 16, align: 4 },
  dbch_nameoffset: 'i32',
});

/** https://learn.microsoft.com/windows/win32/api/dbt/ns-dbt-dev_broadcast_volume */
export const DEV_BROADCAST_VOLUME = defineStruct('DEV_BROADCAST_VOLUME', {
  dbcv_size: 'u32',
  dbcv_devicetype: 'u32',
  dbcv_reserved: 'u32',
  dbcv_unitmask: 'u32',
  dbcv_flags: 'u16',
});
