/** Code of a {@link ServiceError}. docs/errors.md has a heading for each. */
export type ErrorCode =
  | 'INVALID_OPTIONS'
  | 'ALREADY_RUNNING'
  | 'WINDOWS_ONLY'
  | 'FFI_MISSING'
  | 'FILES_MISSING'
  | 'HANDLER_FAILED'
  | 'HANDLER_TIMEOUT'
  | 'HOOK_FAILED'
  | 'UNCAUGHT'
  | 'PROCESS_EXIT'
  | 'HANG'
  | 'HOST_LOST'
  | 'WRONG_SERVICE'
  | 'STATE_NOT_REACHED'
  | 'MOCK_MISUSE'
  | 'NOT_SETTLED'
  | 'PACKAGE_MISSING'
  | 'CLOSED'
  | 'CONFIG_INVALID'
  | 'UNHEALTHY'
  | 'HEARTBEAT_REFUSED'
  | 'NO_SESSION'
  | 'FOLDER_REFUSED'
  | 'SECRET_MISSING'
  | 'SECRET_UNREADABLE'
  | 'EVENT_SOURCE_MISSING'
  | 'EVENT_SOURCE_TAKEN'
  | 'RELEASE_INVALID'
  | 'UPGRADE_FAILED'
  | 'UPGRADE_RUNNING'
  | 'NOT_REPLACED'
  | 'MACHINE_TIMEOUT'
  | 'WIN32';

/** Every {@link ErrorCode}, and its meaning. */
export const ERROR_CODES = {
  INVALID_OPTIONS: 'Options are wrong; the message names every problem.',
  ALREADY_RUNNING: 'This service, or another one, runs in this process already.',
  WINDOWS_ONLY: 'The call needs Windows.',
  FFI_MISSING: 'The koffi package, or its binary for this platform, is missing.',
  FILES_MISSING: 'Files of winsvc that a bundler does not take along are missing beside a bundled program.',
  HANDLER_FAILED: 'A handler of the service threw or rejected.',
  HANDLER_TIMEOUT: 'A handler of the service took longer than its timeout.',
  HOOK_FAILED: 'A shutdown hook threw, rejected or took longer than its timeout.',
  UNCAUGHT: 'An exception or rejection of the app was not caught.',
  PROCESS_EXIT:
    'The app ended the process with process.exit(), or set process.exitCode, before the service had stopped.',
  HANG: 'The app blocked its event loop for longer than the definition allows.',
  HOST_LOST: 'The thread that talks to the Service Control Manager is gone.',
  WRONG_SERVICE: 'The process got the connection of a service that the SCM started as another process.',
  STATE_NOT_REACHED: 'A service did not reach the state that was waited for.',
  MOCK_MISUSE: 'The mock SCM does not model this call, or the call makes no sense.',
  NOT_SETTLED: 'The mock SCM still has a service or a fault open.',
  PACKAGE_MISSING: 'An optional package that this feature needs is not installed; the message names it.',
  CLOSED: 'The object was closed or disposed of.',
  CONFIG_INVALID:
    'The configuration is wrong or cannot be read; the message names every problem and where it comes from.',
  UNHEALTHY: 'A critical health check is unhealthy.',
  HEARTBEAT_REFUSED: 'A heartbeat was not accepted: forged, replayed, malformed, or from a sender that is not allowed.',
  NO_SESSION: 'No user is logged on to show a message to.',
  FOLDER_REFUSED: 'A folder for logs, reports or secrets is a link, or belongs to another user, so it is not used.',
  SECRET_MISSING: 'A service has no secret of this name on this machine.',
  SECRET_UNREADABLE: 'A secret is damaged, or belongs to another machine or account.',
  EVENT_SOURCE_MISSING: 'An event source is not installed, so the event log has no text for its records.',
  EVENT_SOURCE_TAKEN: 'An event source belongs to another log, or to another program.',
  RELEASE_INVALID: 'A release of a service, or the record of its releases, cannot be used; nothing was changed.',
  UPGRADE_FAILED: 'A new release did not start or was not ready; the message says whether the old one is back.',
  UPGRADE_RUNNING: 'Another upgrade or rollback of the service is running.',
  NOT_REPLACED: 'A service of another tool could not be replaced; the message says whether the old one is back.',
  MACHINE_TIMEOUT: 'Another machine did not answer in time.',
  WIN32: 'A Win32 call failed.',
} as const satisfies Record<ErrorCode, string>;
