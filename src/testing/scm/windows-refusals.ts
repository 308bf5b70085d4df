import type { Win32Symbol } from 'winsvc';

/** Rule of Windows that Wine lacks, so that only the mock can test it without Windows. */
export interface WindowsRefusal {
  /** Call that fails, or behaves in this way. */
  readonly call: string;
  /** Code of the failure; `undefined`: the call succeeds, but stores or does something else. */
  readonly code: Win32Symbol | undefined;
  /** The same failure as Node reports it for files. */
  readonly nodeCode?: 'EPERM' | 'EACCES' | 'EBUSY';
  /** Condition. */
  readonly when: string;
  /** Microsoft's page. */
  readonly page: string;
}

const WIN32 = 'https://learn.microsoft.com/windows/win32';
const WINSVC = `${WIN32}/api/winsvc`;

/** Name of a refusal of Windows that the mock has. See 'Modelled, not proven' in docs/testing.md. */
export type WindowsRefusalName =
  | 'emptyTriggers'
  | 'noNumaNode'
  | 'driverRecovery'
  | 'interactiveAccount'
  | 'processOfAnotherAccount'
  | 'remoteRegistry'
  | 'logonPolicy'
  | 'recoveryAfterStop'
  | 'emptyDescription'
  | 'dependencyOrder'
  | 'privateFolder'
  | 'renameWhileOpen';

/**
 * Refusals of Windows that Wine lacks. Each is on by default in the mock, so that the tests of an app meet them. docs/testing.md lists them from this table as 'modelled, not proven'.
 */
export const WINDOWS_REFUSALS = {
  emptyTriggers: {
    call: 'ChangeServiceConfig2W',
    code: 'ERROR_INVALID_PARAMETER',
    when: 'triggers are cleared and the service has none',
    page: `${WINSVC}/ns-winsvc-service_trigger_info`,
  },
  noNumaNode: {
    call: 'ChangeServiceConfig2W',
    code: 'ERROR_INVALID_PARAMETER',
    when: 'a preferred node is set or cleared on a machine without NUMA nodes',
    page: `${WINSVC}/ns-winsvc-service_preferred_node_info`,
  },
  driverRecovery: {
    call: 'ChangeServiceConfig2W',
    code: 'ERROR_CANNOT_DETECT_DRIVER_FAILURE',
    when: 'a driver gets recovery actions',
    page: `${WINSVC}/nf-winsvc-changeserviceconfig2w`,
  },
  interactiveAccount: {
    call: 'CreateServiceW, ChangeServiceConfigW',
    code: 'ERROR_INVALID_PARAMETER',
    when: 'a service with another account than LocalSystem, or a driver, is interactive',
    page: `${WINSVC}/nf-winsvc-createservicew`,
  },
  processOfAnotherAccount: {
    call: 'OpenProcess',
    code: 'ERROR_ACCESS_DENIED',
    when: 'a user without administrator rights waits for the end of a service process',
    page: `${WIN32}/procthread/process-security-and-access-rights`,
  },
  remoteRegistry: {
    call: 'RegConnectRegistryW',
    code: 'ERROR_BAD_NETPATH',
    when: 'the service Remote Registry of another machine is disabled',
    page: `${WIN32}/api/winreg/nf-winreg-regconnectregistryw`,
  },
  logonPolicy: {
    call: 'StartServiceW',
    code: 'ERROR_SERVICE_LOGON_FAILED',
    when: "a group policy names the accounts that may log on as a service, and leaves out the service's",
    page: 'https://learn.microsoft.com/previous-versions/windows/it-pro/windows-10/security/threat-protection/security-policy-settings/log-on-as-a-service',
  },
  recoveryAfterStop: {
    call: 'SetServiceStatus',
    code: undefined,
    when: 'a requested stop ends with a failure code and recoverOnFailureExit is set: the SCM runs the recovery actions',
    page: `${WINSVC}/ns-winsvc-service_failure_actions_flag`,
  },
  emptyDescription: {
    call: 'ChangeServiceConfig2W',
    code: undefined,
    when: "the description is '': the SCM removes it and gives NULL back",
    page: `${WINSVC}/ns-winsvc-service_descriptionw`,
  },
  dependencyOrder: {
    call: 'QueryServiceConfigW',
    code: undefined,
    when: 'dependencies are on services and groups: the SCM stores them apart and gives services first',
    page: `${WIN32}/services/service-dependencies`,
  },
  privateFolder: {
    call: 'CreateFileW',
    code: 'ERROR_ACCESS_DENIED',
    nodeCode: 'EPERM',
    when: 'a service writes to its private folder after its account was changed',
    page: `${WIN32}/fileio/file-security-and-access-rights`,
  },
  renameWhileOpen: {
    call: 'MoveFileExW',
    code: 'ERROR_ACCESS_DENIED',
    nodeCode: 'EPERM',
    when: 'a file is renamed or replaced while a reader has it open without FILE_SHARE_DELETE',
    page: `${WIN32}/api/winbase/nf-winbase-movefileexw`,
  },
} as const satisfies Readonly<Record<WindowsRefusalName, WindowsRefusal>>;

/** Rows that are about files: for fakes of the file system in unit tests. */
type FileRefusal = 'privateFolder' | 'renameWhileOpen';

/** Error that Node reports for a refusal about a file, for a fake of the file system. */
export function toFileError(name: FileRefusal, syscall: string, path: string): NodeJS.ErrnoException {
  const { nodeCode } = WINDOWS_REFUSALS[name];
  const error: NodeJS.ErrnoException = new Error(`${nodeCode}: operation not permitted, ${syscall} '${path}'`);
  return Object.assign(error, { code: nodeCode, errno: -4048, syscall, path });
}

/** The refusals that a mock SCM has switched on. */
export class ActiveRefusals {
  readonly #allowed: ReadonlySet<string>;

  /** @param allowed names of refusals that this mock leaves out */
  constructor(allowed: readonly WindowsRefusalName[] = []) {
    this.#allowed = new Set(allowed);
  }

  /** Returns the code of a refusal when it applies and is switched on. */
  check<N extends WindowsRefusalName>(name: N, applies: boolean): (typeof WINDOWS_REFUSALS)[N]['code'] | undefined {
    return applies && this.has(name) ? WINDOWS_REFUSALS[name].code : undefined;
  }

  /** Returns whether a refusal is switched on. */
  has(name: WindowsRefusalName): boolean {
    return !this.#allowed.has(name);
  }
}
