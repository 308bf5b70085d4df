import type { ProcessWatch } from '../../scm/scm-client.ts';
import { WAIT_OBJECT_0 } from '../constants.ts';
import { ERROR, SYNCHRONIZE } from './constants.ts';
import type { ScmCalls } from './scm-calls.ts';

/**
 * Watches a process, opened while it lives: an open handle keeps its number from being given to another process.
 * OpenProcess answers 87 for a number that no process has. Any other refusal, such as 5 for a process of another
 * account, says nothing, so each poll tries again until the number is free. A number that can be opened after access
 * was denied (5) belongs to another process: the first one has ended.
 *
 * Source: https://learn.microsoft.com/windows/win32/api/processthreadsapi/nf-processthreadsapi-openprocess
 *
 * @param pid 0: no process, which has ended.
 */
export function watchProcess({ api, ffi }: Pick<ScmCalls, 'api' | 'ffi'>, pid: number): ProcessWatch {
  let ended = pid === 0;
  let denied = false;
  let handle: bigint | undefined;
  const close = (): void => {
    if (handle !== undefined) api.CloseHandle(handle);
    handle = undefined;
    ended = true;
  };
  const open = (): void => {
    const opened = api.OpenProcess(SYNCHRONIZE, 0, pid) as bigint | null;
    if (opened) {
      handle = opened;
      if (denied) close();
      return;
    }
    const code = ffi.lastError();
    if (code === ERROR.INVALID_PARAMETER) ended = true;
    if (code === ERROR.ACCESS_DENIED) denied = true;
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
    close,
  };
}
