import type { ServiceReport } from '../../scm/service-config.ts';
import { ACCEPTABLE } from '../../scm/controls.ts';
import type { ServiceState } from '../../scm/states.ts';
import { ACCEPT_BITS, ERROR_SERVICE_SPECIFIC_ERROR, STATE_CODES } from '../constants.ts';
import { nameOfCode, TYPE_BITS, TYPE_MASK } from './constants.ts';
import { S } from './structs.ts';

/** Decodes a SERVICE_STATUS_PROCESS, or a SERVICE_STATUS followed by zeros. */
export function decodeStatus(buffer: Buffer, at = 0): ServiceReport {
  const raw = S.SERVICE_STATUS_PROCESS.read(buffer, at);
  return {
    state: nameOfCode<ServiceState>(STATE_CODES, raw.dwCurrentState, 'stopped'),
    pid: raw.dwProcessId,
    checkpoint: raw.dwCheckPoint,
    waitHintMs: raw.dwWaitHint,
    exit:
      raw.dwWin32ExitCode === ERROR_SERVICE_SPECIFIC_ERROR
        ? { service: raw.dwServiceSpecificExitCode }
        : { win32: raw.dwWin32ExitCode },
    accepts: ACCEPTABLE.filter((name) => raw.dwControlsAccepted & ACCEPT_BITS[name]),
    type: nameOfCode(TYPE_BITS, raw.dwServiceType & TYPE_MASK, 'ownProcess'),
  };
}
