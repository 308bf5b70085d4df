import { defineStruct } from '../ffi/struct.ts';

/** Structures of the SCM client, named as in winsvc.h and ntsecapi.h. Pointer sizes follow the process. */
export function scmStructs(pointerBytes?: number) {
  const SERVICE_STATUS_PROCESS = defineStruct(
    'SERVICE_STATUS_PROCESS',
    {
      dwServiceType: 'u32',
      dwCurrentState: 'u32',
      dwControlsAccepted: 'u32',
      dwWin32ExitCode: 'u32',
      dwServiceSpecificExitCode: 'u32',
      dwCheckPoint: 'u32',
      dwWaitHint: 'u32',
      dwProcessId: 'u32',
      dwServiceFlags: 'u32',
    },
    pointerBytes,
  );
  return {
    SERVICE_STATUS_PROCESS,
    QUERY_SERVICE_CONFIGW: defineStruct(
      'QUERY_SERVICE_CONFIGW',
      {
        dwServiceType: 'u32',
        dwStartType: 'u32',
        dwErrorControl: 'u32',
        lpBinaryPathName: 'ptr',
        lpLoadOrderGroup: 'ptr',
        dwTagId: 'u32',
        lpDependencies: 'ptr',
        lpServiceStartName: 'ptr',
        lpDisplayName: 'ptr',
      },
      pointerBytes,
    ),
    ENUM_SERVICE_STATUS_PROCESSW: defineStruct(
      'ENUM_SERVICE_STATUS_PROCESSW',
      {
        lpServiceName: 'ptr',
        lpDisplayName: 'ptr',
        ServiceStatusProcess: { bytes: SERVICE_STATUS_PROCESS.size, align: 4 },
      },
      pointerBytes,
    ),
    ENUM_SERVICE_STATUSW: defineStruct(
      'ENUM_SERVICE_STATUSW',
      { lpServiceName: 'ptr', lpDisplayName: 'ptr', ServiceStatus: { bytes: 28, align: 4 } },
      pointerBytes,
    ),
    SERVICE_DESCRIPTIONW: defineStruct('SERVICE_DESCRIPTIONW', { lpDescription: 'ptr' }, pointerBytes),
    SERVICE_FAILURE_ACTIONSW: defineStruct(
      'SERVICE_FAILURE_ACTIONSW',
      { dwResetPeriod: 'u32', lpRebootMsg: 'ptr', lpCommand: 'ptr', cActions: 'u32', lpsaActions: 'ptr' },
      pointerBytes,
    ),
    SC_ACTION: defineStruct('SC_ACTION', { Type: 'u32', Delay: 'u32' }, pointerBytes),
    SERVICE_DELAYED_AUTO_START_INFO: defineStruct(
      'SERVICE_DELAYED_AUTO_START_INFO',
      { fDelayedAutostart: 'i32' },
      pointerBytes,
    ),
    SERVICE_FAILURE_ACTIONS_FLAG: defineStruct(
      'SERVICE_FAILURE_ACTIONS_FLAG',
      { fFailureActionsOnNonCrashFailures: 'i32' },
      pointerBytes,
    ),
    SERVICE_SID_INFO: defineStruct('SERVICE_SID_INFO', { dwServiceSidType: 'u32' }, pointerBytes),
    SERVICE_REQUIRED_PRIVILEGES_INFOW: defineStruct(
      'SERVICE_REQUIRED_PRIVILEGES_INFOW',
      { pmszRequiredPrivileges: 'ptr' },
      pointerBytes,
    ),
    SERVICE_PRESHUTDOWN_INFO: defineStruct('SERVICE_PRESHUTDOWN_INFO', { dwPreshutdownTimeout: 'u32' }, pointerBytes),
    SERVICE_TRIGGER_INFO: defineStruct(
      'SERVICE_TRIGGER_INFO',
      { cTriggers: 'u32', pTriggers: 'ptr', pReserved: 'ptr' },
      pointerBytes,
    ),
    SERVICE_TRIGGER: defineStruct(
      'SERVICE_TRIGGER',
      { dwTriggerType: 'u32', dwAction: 'u32', pTriggerSubtype: 'ptr', cDataItems: 'u32', pDataItems: 'ptr' },
      pointerBytes,
    ),
    SERVICE_TRIGGER_SPECIFIC_DATA_ITEM: defineStruct(
      'SERVICE_TRIGGER_SPECIFIC_DATA_ITEM',
      { dwDataType: 'u32', cbData: 'u32', pData: 'ptr' },
      pointerBytes,
    ),
    SERVICE_PREFERRED_NODE_INFO: defineStruct(
      'SERVICE_PREFERRED_NODE_INFO',
      { usPreferredNode: 'u16', fDelete: 'u8' },
      pointerBytes,
    ),
    SERVICE_LAUNCH_PROTECTED_INFO: defineStruct(
      'SERVICE_LAUNCH_PROTECTED_INFO',
      { dwLaunchProtected: 'u32' },
      pointerBytes,
    ),
    SERVICE_CONTROL_STATUS_REASON_PARAMSW: defineStruct(
      'SERVICE_CONTROL_STATUS_REASON_PARAMSW',
      { dwReason: 'u32', pszComment: 'ptr', ServiceStatus: { bytes: SERVICE_STATUS_PROCESS.size, align: 4 } },
      pointerBytes,
    ),
    SERVICE_NOTIFYW: defineStruct(
      'SERVICE_NOTIFYW',
      {
        dwVersion: 'u32',
        pfnNotifyCallback: 'ptr',
        pContext: 'ptr',
        dwNotificationStatus: 'u32',
        ServiceStatus: { bytes: SERVICE_STATUS_PROCESS.size, align: 4 },
        dwNotificationTriggered: 'u32',
        pszServiceNames: 'ptr',
      },
      pointerBytes,
    ),
    LUID_AND_ATTRIBUTES: defineStruct(
      'LUID_AND_ATTRIBUTES',
      { Luid: { bytes: 8, align: 4 }, Attributes: 'u32' },
      pointerBytes,
    ),
    /** With one entry. */
    TOKEN_PRIVILEGES: defineStruct(
      'TOKEN_PRIVILEGES',
      { PrivilegeCount: 'u32', Privileges: { bytes: 12, align: 4 } },
      pointerBytes,
    ),
    LSA_UNICODE_STRING: defineStruct(
      'LSA_UNICODE_STRING',
      { Length: 'u16', MaximumLength: 'u16', Buffer: 'ptr' },
      pointerBytes,
    ),
    LSA_OBJECT_ATTRIBUTES: defineStruct(
      'LSA_OBJECT_ATTRIBUTES',
      {
        Length: 'u32',
        RootDirectory: 'ptr',
        ObjectName: 'ptr',
        Attributes: 'u32',
        SecurityDescriptor: 'ptr',
        SecurityQualityOfService: 'ptr',
      },
      pointerBytes,
    ),
  } as const;
}

export const S = scmStructs();
export type ScmStructs = ReturnType<typeof scmStructs>;
