import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import type { HostRegistration } from '../../../src/host/service-host.ts';
import { FileRing } from '../../../src/util/file-ring.ts';
import { lookAtApp, recordForApp } from '../../../src/win32/host/app-records.ts';

vi.mock('../../../src/win32/host/main-thread-stack.ts', () => ({
  mainThreadStack: () => Promise.reject(new Error('no inspector')),
}));

const REGISTRATION = { name: 'Orders', eventSource: undefined } as HostRegistration;
const dir = mkdtempSync(join(tmpdir(), 'winsvc records '));
const path = join(dir, 'Orders.log');
afterEach(() => {
  rmSync(path, { force: true });
});
afterAll(() => {
  rmSync(dir, { recursive: true });
});

function logWith(text: string): { shared: SharedArrayBuffer; path: string } {
  const ring = new FileRing(1_024);
  ring.write(text);
  return { shared: ring.shared, path };
}

describe('what the host thread records for an app that can’t', () => {
  it('goes on without a stack where there is no inspector', async () => {
    expect(await lookAtApp('1')).toEqual({ stack: undefined, value: undefined });
  });

  it('puts the record behind what the app had logged', async () => {
    writeFileSync(path, '');
    const view = { stack: undefined, value: undefined };
    await recordForApp(
      { ffi: undefined, crashBuffers: [logWith('before\n')], registration: REGISTRATION },
      'HANG',
      'It hangs.',
      view,
    );
    const [before, record = ''] = readFileSync(path, 'utf8').split('\n');
    expect(before).toBe('before');
    expect(JSON.parse(record)).toMatchObject({
      msg: 'It hangs.',
      error: { code: 'HANG', stack: '    at <native code>' },
    });
  });

  it('never fails, so that the app is ended: not without a folder, and not without an FFI library', async () => {
    const crashBuffers = [{ ...logWith('lost'), path: join(dir, 'gone', 'Orders.log') }];
    const view = { stack: '    at work', value: undefined };
    await expect(
      recordForApp({ ffi: undefined, crashBuffers, registration: REGISTRATION }, 'HANG', 'It hangs.', view),
    ).resolves.toBeUndefined();
    expect(existsSync(join(dir, 'gone', 'Orders.log'))).toBe(false);
  });
});
