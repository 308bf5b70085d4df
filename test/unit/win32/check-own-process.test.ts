import { describe, expect, it } from 'vitest';
import { checkOwnProcess } from '../../../src/win32/host/check-own-process.ts';
import { type FakeCalls, FakeFfi } from './fake-ffi.ts';

const MANAGER = 0x10n;
const SERVICE = 0x20n;

/** An SCM that knows one service. `closed`: the handles that were closed. */
function fakeScm({ pid = 0, manager = MANAGER, service = SERVICE, answers = 1 } = {}) {
  const closed: unknown[] = [];
  const calls: FakeCalls = {
    OpenSCManagerW: () => ({ value: manager || null }),
    OpenServiceW: () => ({ value: service || null }),
    QueryServiceStatusEx: (_service, _level, buffer) => {
      (buffer as Buffer).writeUInt32LE(pid, 28);
      return { value: answers };
    },
    CloseServiceHandle: (handle) => {
      closed.push(handle);
      return { value: 1 };
    },
  };
  return { ffi: new FakeFfi(calls), closed };
}

describe('the process that a connection belongs to', () => {
  it('is refused when the SCM started another one for that service', () => {
    const { ffi, closed } = fakeScm({ pid: process.pid + 4 });
    expect(() => {
      checkOwnProcess(ffi, 'Billing', 'Orders');
    }).toThrow(
      expect.objectContaining({
        code: 'WRONG_SERVICE',
        message: expect.stringContaining(`"Billing", which the SCM started as process ${process.pid + 4}`) as string,
        details: { service: 'Billing', definition: 'Orders', pid: process.pid + 4 },
      }),
    );
    expect(closed).toEqual([SERVICE, MANAGER]);
  });

  it.each([
    ['it is ours', { pid: process.pid }],
    ['the SCM has no process of it yet', { pid: 0 }],
    ['the account may not connect to the SCM', { manager: 0n, pid: 4 }],
    ['the account may not query the service', { service: 0n, pid: 4 }],
    ['the query fails', { answers: 0, pid: 4 }],
  ])('is accepted when %s', (_name, scm) => {
    const { ffi } = fakeScm(scm);
    expect(() => {
      checkOwnProcess(ffi, 'Billing', 'Orders');
    }).not.toThrow();
  });
});
