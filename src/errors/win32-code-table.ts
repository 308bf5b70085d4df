import type { Win32Symbol } from './win32-symbol.ts';

/** Words for a Win32 error code. */
export interface Win32Code {
  /** Name of the code. */
  readonly symbol: Win32Symbol;
  /** Meaning, as a part of a sentence. */
  readonly text: string;
  /** Next step for the user. */
  readonly hint?: string;
}

/**
 * Win32 error codes of services.
 *
 * Source: https://learn.microsoft.com/windows/win32/debug/system-error-codes
 */
export const createWin32Codes = () =>
  ({
    0: { symbol: 'ERROR_SUCCESS', text: 'the operation completed' },
    2: {
      symbol: 'ERROR_FILE_NOT_FOUND',
      text: 'the file was not found',
      hint: 'Check the image path of the service: is it quoted, and does node.exe exist there?',
    },
    3: {
      symbol: 'ERROR_PATH_NOT_FOUND',
      text: 'the path was not found',
      hint: 'Check the image path of the service: is it quoted, and does the folder exist?',
    },
    5: {
      symbol: 'ERROR_ACCESS_DENIED',
      text: 'access is denied',
      hint: 'Run it from an elevated prompt (Run as administrator), or ask for the access on the service.',
    },
    6: { symbol: 'ERROR_INVALID_HANDLE', text: 'the handle is invalid' },
    13: { symbol: 'ERROR_INVALID_DATA', text: 'the data is invalid' },
    53: {
      symbol: 'ERROR_BAD_NETPATH',
      text: 'the network path was not found',
      hint: 'Check the name of the machine, and that its service Remote Registry runs.',
    },
    87: { symbol: 'ERROR_INVALID_PARAMETER', text: 'a parameter is wrong' },
    109: { symbol: 'ERROR_BROKEN_PIPE', text: 'the pipe has been ended' },
    120: {
      symbol: 'ERROR_CALL_NOT_IMPLEMENTED',
      text: 'the service has no handler for this control',
      hint: 'Add a handler for it to the definition, or send a control that it handles.',
    },
    122: { symbol: 'ERROR_INSUFFICIENT_BUFFER', text: 'the buffer is too small' },
    123: {
      symbol: 'ERROR_INVALID_NAME',
      text: 'the name is not valid',
      hint: 'Service names have 1 to 256 characters, without / and \\.',
    },
    124: {
      symbol: 'ERROR_INVALID_LEVEL',
      text: 'this system does not know the information level',
      hint: 'The setting needs a newer Windows.',
    },
    193: {
      symbol: 'ERROR_BAD_EXE_FORMAT',
      text: 'the file is not a valid Win32 program',
      hint: 'The image path must name node.exe, of the right architecture, with the script as its argument.',
    },
    232: { symbol: 'ERROR_NO_DATA', text: 'the pipe is being closed: the process of the service is gone' },
    577: {
      symbol: 'ERROR_INVALID_IMAGE_HASH',
      text: 'the digital signature of a program or DLL is not accepted',
      hint: 'Code integrity (WDAC, Smart App Control) or launchProtected refuses it: allow it by hash, or set launchProtected to none.',
    },
    997: { symbol: 'ERROR_IO_PENDING', text: 'the operation is in progress' },
    1018: { symbol: 'ERROR_KEY_DELETED', text: 'the registry key is marked for deletion' },
    1051: {
      symbol: 'ERROR_DEPENDENT_SERVICES_RUNNING',
      text: 'other services that depend on it are running',
      hint: 'Stop the dependents first, or pass dependents: true.',
    },
    1052: {
      symbol: 'ERROR_INVALID_SERVICE_CONTROL',
      text: 'the service does not accept this control',
      hint: 'A service accepts only the controls that it has handlers for.',
    },
    1053: {
      symbol: 'ERROR_SERVICE_REQUEST_TIMEOUT',
      text: 'the service did not respond in time',
      hint: 'Read the log of the service. Look for work that blocks the process before it connects or answers.',
    },
    1055: {
      symbol: 'ERROR_SERVICE_DATABASE_LOCKED',
      text: 'the service database is locked',
      hint: 'Another program holds the lock; try again in a moment.',
    },
    1056: {
      symbol: 'ERROR_SERVICE_ALREADY_RUNNING',
      text: 'the service is already running',
      hint: 'Nothing to do; to read changed settings, restart it.',
    },
    1057: {
      symbol: 'ERROR_INVALID_SERVICE_ACCOUNT',
      text: 'the account is invalid or its password is wrong',
      hint: 'Write accounts as DOMAIN\\user, .\\user or NT SERVICE\\name; gMSA and virtual accounts take no password.',
    },
    1058: {
      symbol: 'ERROR_SERVICE_DISABLED',
      text: 'the service is disabled',
      hint: 'Set its start type to demand or auto first.',
    },
    1059: {
      symbol: 'ERROR_CIRCULAR_DEPENDENCY',
      text: 'the dependencies form a circle',
      hint: 'Remove one dependency of the circle; "winsvc config get" shows those of each service.',
    },
    1060: {
      symbol: 'ERROR_SERVICE_DOES_NOT_EXIST',
      text: 'the service does not exist',
      hint: 'Use the service name, not the display name, and install the service first.',
    },
    1061: {
      symbol: 'ERROR_SERVICE_CANNOT_ACCEPT_CTRL',
      text: 'the service cannot accept controls at this time',
      hint: 'Its state is changing; wait until the change is done.',
    },
    1062: {
      symbol: 'ERROR_SERVICE_NOT_ACTIVE',
      text: 'the service has not been started',
      hint: 'Start it first; this control needs a running service.',
    },
    1063: {
      symbol: 'ERROR_FAILED_SERVICE_CONTROLLER_CONNECT',
      text: 'the process was not started by the Service Control Manager',
      hint: 'Start it through the Service Control Manager: "winsvc start", "sc start" or services.msc. In a terminal, service.run() runs it without.',
    },
    1064: {
      symbol: 'ERROR_EXCEPTION_IN_SERVICE',
      text: 'an exception occurred in the service',
      hint: 'Read the log of the service.',
    },
    1066: {
      symbol: 'ERROR_SERVICE_SPECIFIC_ERROR',
      text: 'the service ended with an error code of its own',
      hint: 'The service chose this code: see its documentation and its log.',
    },
    1067: {
      symbol: 'ERROR_PROCESS_ABORTED',
      text: 'the process terminated unexpectedly',
      hint: 'Read the log of the service, and the application event log for a crash.',
    },
    1068: {
      symbol: 'ERROR_SERVICE_DEPENDENCY_FAIL',
      text: 'a service that it depends on failed to start',
      hint: 'Start the dependency alone to see why it fails.',
    },
    1069: {
      symbol: 'ERROR_SERVICE_LOGON_FAILED',
      text: 'the service could not log on',
      hint: 'Check the password, and that the account may log on as a service.',
    },
    1070: {
      symbol: 'ERROR_SERVICE_START_HANG',
      text: 'the service hung on starting',
      hint: 'Read the log of the service. A long start must report its progress (ctx.requestTime).',
    },
    1072: {
      symbol: 'ERROR_SERVICE_MARKED_FOR_DELETE',
      text: 'the service is marked for deletion',
      hint: 'Close services.msc, Task Manager and other programs with a handle to it, or restart Windows.',
    },
    1073: {
      symbol: 'ERROR_SERVICE_EXISTS',
      text: 'the service exists already',
      hint: 'Choose another name, or change the existing service: ensure() installs or changes.',
    },
    1075: {
      symbol: 'ERROR_SERVICE_DEPENDENCY_DELETED',
      text: 'a service that it depends on does not exist or is marked for deletion',
      hint: 'Install the dependency, or remove it from the dependencies.',
    },
    1077: {
      symbol: 'ERROR_SERVICE_NEVER_STARTED',
      text: 'the service was never started since the last boot',
      hint: 'Start it. If it should have started, check its start type (demand, disabled).',
    },
    1078: {
      symbol: 'ERROR_DUPLICATE_SERVICE_NAME',
      text: 'the name or display name is taken by another service',
      hint: 'Choose another display name: it must be unique, also among service names.',
    },
    1079: {
      symbol: 'ERROR_DIFFERENT_SERVICE_ACCOUNT',
      text: 'the account differs from that of other services in the same process',
      hint: 'Give it the same account, or a process of its own.',
    },
    1080: {
      symbol: 'ERROR_CANNOT_DETECT_DRIVER_FAILURE',
      text: 'recovery actions are for services, not for drivers',
      hint: 'Leave recovery out of the settings of a driver.',
    },
    1115: {
      symbol: 'ERROR_SHUTDOWN_IN_PROGRESS',
      text: 'the system is shutting down',
      hint: 'Try again after the restart.',
    },
    1297: {
      symbol: 'ERROR_INCOMPATIBLE_SERVICE_PRIVILEGE',
      text: 'the account lacks a privilege that the service requires',
      hint: 'Take the privilege out of requiredPrivileges, or grant it to the account.',
    },
    1314: {
      symbol: 'ERROR_PRIVILEGE_NOT_HELD',
      text: 'the account lacks a privilege that the call needs',
      hint: 'Run it as LocalSystem or an administrator, or grant the privilege to the account.',
    },
    1332: {
      symbol: 'ERROR_NONE_MAPPED',
      text: 'no account has this name',
      hint: 'Write accounts as DOMAIN\\user, .\\user or NT SERVICE\\name, and check the spelling.',
    },
    1460: { symbol: 'ERROR_TIMEOUT', text: 'the operation timed out' },
    1500: { symbol: 'ERROR_EVENTLOG_FILE_CORRUPT', text: 'the file of the event log is corrupt' },
    1502: {
      symbol: 'ERROR_LOG_FILE_FULL',
      text: 'the event log is full',
      hint: 'Clear the log, or let it overwrite old events.',
    },
    1722: {
      symbol: 'RPC_S_SERVER_UNAVAILABLE',
      text: 'the service that answers this call cannot be reached',
      hint: 'Check that the machine is up, that its firewall allows remote management, and that the service runs.',
    },
    1734: { symbol: 'RPC_S_INVALID_BOUND', text: 'the data is larger than the call allows' },
    1783: { symbol: 'RPC_X_BAD_STUB_DATA', text: 'the data is larger than the call allows' },
    4551: {
      symbol: 'ERROR_SYSTEM_INTEGRITY_POLICY_VIOLATION',
      text: 'an application control policy has blocked the file',
      hint: 'Smart App Control, WDAC or AppLocker refuses the program or a DLL of it: allow it by hash or by signature.',
    },
    7022: {
      symbol: 'ERROR_CTX_WINSTATION_NOT_FOUND',
      text: 'there is no such session',
      hint: 'Its user may have logged off; listSessions() of winsvc/session lists the sessions.',
    },
    7045: {
      symbol: 'ERROR_CTX_WINSTATION_ACCESS_DENIED',
      text: 'the session may not be reached by this account',
      hint: 'Messages to the sessions of others need the right "Message" of Remote Desktop Services, which LocalSystem and administrators have.',
    },
    15001: {
      symbol: 'ERROR_EVT_INVALID_QUERY',
      text: 'the query is not one that the event log understands',
      hint: 'The event log supports a part of XPath 1.0 only.',
    },
    15007: {
      symbol: 'ERROR_EVT_CHANNEL_NOT_FOUND',
      text: 'there is no such log',
      hint: 'Event Viewer shows the full name in the properties of a log.',
    },
  }) as const satisfies Record<number, Win32Code>;
