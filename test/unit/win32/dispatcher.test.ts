import { describe, expect, it } from 'vitest';
import type { Ffi, FfiValue } from '../../../src/win32/ffi/ffi.ts';
import type { ControlEvent } from '../../../src/scm/controls.ts';
import { bindTable } from '../../../src/win32/bind-table.ts';
import { CONTROL } from '../../../src/win32/constants.ts';
import { HOST_FUNCTIONS } from '../../../src/win32/functions.ts';
import { Dispatcher } from '../../../src/win32/host/dispatcher.ts';

const STATUS_HANDLE = 77n;
const DATA_AT = 0x1000n;

/** Native code that does nothing; the callbacks are called by the test, and the memory at DATA_AT is `data`. */
function createRig(data?: Buffer) {
  const callbacks: ((...args: FfiValue[]) => number)[] = [];
  const results: Record<string, FfiValue> = { CreateThread: 1n, RegisterServiceCtrlHandlerExW: STATUS_HANDLE };
  const ffi: Ffi = {
    name: 'fake',
    bind: (_, name) =>
      Object.assign(() => results[name] ?? 1, {
        async: () => Promise.resolve({ value: 0, lastError: 0 }),
      }),
    lastError: () => 0,
    symbol: () => 1n,
    callback: (_, fn) => BigInt(callbacks.push(fn)),
    alloc: (bytes) => ({ address: 1n, buffer: Buffer.alloc(bytes), free: () => undefined }),
    read(address, bytes) {
      const at = Number(address - DATA_AT);
      if (!data || at + bytes > data.length) throw new RangeError('not readable');
      return data.subarray(at, at + bytes);
    },
    readText: () => '',
  };
  const events: ControlEvent[] = [];
  const undecodable: [number, string][] = [];
  const errors: unknown[] = [];
  const dispatcher = new Dispatcher(ffi, bindTable(ffi, HOST_FUNCTIONS), {
    serviceMain: () => undefined,
    control: (event) => events.push(event) * 0,
    undecodable: (control, error) => undecodable.push([control, error.message]),
    error: (error) => errors.push(error),
  });
  const [handler, main] = callbacks as [(typeof callbacks)[0], (typeof callbacks)[0]];
  return { dispatcher, handler, main, events, undecodable, errors };
}

describe('the control handler', () => {
  it('answers a control whose data makes no sense as not implemented, and goes on', () => {
    const rig = createRig();
    expect(rig.handler(CONTROL.SESSIONCHANGE, 5, DATA_AT, null)).toBe(120);
    expect(rig.handler(CONTROL.POWEREVENT, 0x8013, DATA_AT, null)).toBe(120);
    expect(rig.undecodable).toEqual([
      [CONTROL.SESSIONCHANGE, 'not readable'],
      [CONTROL.POWEREVENT, 'not readable'],
    ]);
    expect(rig.handler(CONTROL.STOP, 0, null, null)).toBe(0);
    expect(rig.events).toEqual([{ type: 'stop' }]);
    expect(rig.errors).toEqual([]);
  });

  it('takes a device whose name is longer than its data for one that makes no sense', () => {
    const header = Buffer.alloc(12);
    header.writeUInt32LE(0xffff_fff0, 0);
    header.writeUInt32LE(3, 4);
    const rig = createRig(header);
    expect(rig.handler(CONTROL.DEVICEEVENT, 0x8000, DATA_AT, null)).toBe(120);
    expect(rig.undecodable).toHaveLength(1);
    expect(rig.errors).toEqual([]);
  });

  it('hands on what it can read', () => {
    const data = Buffer.alloc(8);
    data.writeUInt32LE(8, 0);
    data.writeUInt32LE(3, 4);
    const rig = createRig(data);
    expect(rig.handler(CONTROL.SESSIONCHANGE, 5, DATA_AT, null)).toBe(0);
    expect(rig.events).toEqual([{ type: 'sessionChange', reason: 'logon', sessionId: 3 }]);
  });

  it('has the status handle once ServiceMain was called', () => {
    const rig = createRig();
    expect(rig.dispatcher.statusHandle).toBe(0n);
    rig.main(0, null);
    expect(rig.dispatcher.statusHandle).toBe(STATUS_HANDLE);
  });
});
