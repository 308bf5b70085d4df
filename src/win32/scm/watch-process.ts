import type { ProcessWatch } from '../../scm/scm-client.ts';
import { WAIT_OBJECT_0 } from '../constants.ts';
import { ERROR, SYNCHRONIZE } from './constants.ts';
import type { ScmCalls } from './scm-calls.ts';

/**
 * Watches a process, opened while it lives. OpenProcess answers 87 for a number that no process has; any other refusal,
 * such as 5 for a process of another account, says nothing, so the number is tried again until it is free.
 *
 * Source: https://learn.microsoft.com/windows/win32/api/processthreadsapi/nf-processthreadsapi-openprocess
 *
 * @param pid 0: no process, which has ended.
 */
export function watchProcess({ api, ffi }: Pick<ScmCalls, 'api' | 'ffi'>, pid: number): ProcessWatch {
  let ended = pid === 0;
  let denied = false;
  let handle: bigint | undefined;
  const open = (): void => {
    const opened = api.OpenProcess(SYNCHRONIZE, 0, pid) as bigint | null;
    if (opened) handle = opened;
    else if (ffi.lastError() === ERROR.INVALID_PARAMETER) ended = true;
    else denied = true;
  };
  if (!ended) open();
  return {
    ended() {
      if (ended) return true;
      if (handle !== undefined) return (ended = api.WaitForSingleObject(handle, 0) === WAIT_OBJECT_0);
      open();
      return ended;
    },
    get denied() {
      return denied;
    },
    close() {
      if (handle !== undefined) api.CloseHandle(handle);
      handle = undefined;
      ended = true;
    },
  };
}
