import { describe, expect, it } from 'vitest';
import { CONTROL } from '../../src/win32/constants.ts';
import { decodeControl, fileTimeToDate } from '../../src/win32/host/decode-control.ts';

const GUID_HEX = 'a3be025ae6d24eb5';
/** {5a02bea3-d2e6-b54e-0102-030405060708} */
const GUID_BYTES = Buffer.from(`${GUID_HEX}0102030405060708`, 'hex');
const GUID = '{5a02bea3-d2e6-b54e-0102-030405060708}';

const u32 = (...values: number[]): Buffer => {
  const buffer = Buffer.alloc(values.length * 4);
  values.forEach((value, i) => buffer.writeUInt32LE(value, i * 4));
  return buffer;
};
const decode = (code: number, eventType = 0, data?: Buffer) =>
  decodeControl(
    code,
    eventType,
    data &&
      ((offset, bytes) => {
        expect(offset + bytes, 'reads only what is there').toBeLessThanOrEqual(data.length);
        return Buffer.from(data.subarray(offset, offset + bytes));
      }),
  );

describe('decodeControl: controls without data', () => {
  it.each([
    [CONTROL.STOP, 'stop'],
    [CONTROL.PAUSE, 'pause'],
    [CONTROL.CONTINUE, 'continue'],
    [CONTROL.INTERROGATE, 'interrogate'],
    [CONTROL.SHUTDOWN, 'shutdown'],
    [CONTROL.PRESHUTDOWN, 'preshutdown'],
    [CONTROL.PARAMCHANGE, 'paramChange'],
    [CONTROL.TRIGGEREVENT, 'triggerEvent'],
    [CONTROL.LOWRESOURCES, 'lowResources'],
    [CONTROL.SYSTEMLOWRESOURCES, 'systemLowResources'],
  ])('%d is %s', (code, type) => {
    expect(decode(code)).toEqual({ type });
  });

  it.each([
    [CONTROL.NETBINDADD, 'add'],
    [CONTROL.NETBINDREMOVE, 'remove'],
    [CONTROL.NETBINDENABLE, 'enable'],
    [CONTROL.NETBINDDISABLE, 'disable'],
  ])('%d is netBind %s', (code, change) => {
    expect(decode(code)).toEqual({ type: 'netBind', change });
  });

  it.each([
    [0x17, 'queryChangeConfig'],
    [0x18, 'configChanged'],
    [0x19, 'configChangeCanceled'],
    [0x99, 'unknown'],
  ])('hardware profile event %d is %s', (eventType, change) => {
    expect(decode(CONTROL.HARDWAREPROFILECHANGE, eventType)).toEqual({ type: 'hardwareProfileChange', change });
  });

  it.each([128, 200, 255])('%d is a command', (code) => {
    expect(decode(code)).toEqual({ type: 'command', code });
  });

  it.each([0, 0x11, 0x62, 127, 256])('%d is unknown, and keeps its numbers', (code) => {
    expect(decode(code, 5)).toEqual({ type: 'unknown', code, eventType: 5 });
  });
});

describe('decodeControl: session change', () => {
  it.each([
    [1, 'consoleConnect'],
    [2, 'consoleDisconnect'],
    [3, 'remoteConnect'],
    [4, 'remoteDisconnect'],
    [5, 'logon'],
    [6, 'logoff'],
    [7, 'lock'],
    [8, 'unlock'],
    [9, 'remoteControl'],
    [10, 'create'],
    [11, 'terminate'],
    [12, 'unknown'],
  ])('WTS event %d is %s', (eventType, reason) => {
    expect(decode(CONTROL.SESSIONCHANGE, eventType, u32(8, 3))).toEqual({
      type: 'sessionChange',
      reason,
      sessionId: 3,
    });
  });

  it('reads session ids above 2³¹ as unsigned', () => {
    expect(decode(CONTROL.SESSIONCHANGE, 5, u32(8, 0xffff_fffe))).toMatchObject({ sessionId: 0xffff_fffe });
  });
});

describe('decodeControl: time change', () => {
  it('reads both times; new comes first in the structure', () => {
    const data = Buffer.alloc(16);
    data.writeBigUInt64LE(133_801_632_000_000_000n, 0);
    data.writeBigUInt64LE(116_444_736_000_000_000n, 8);
    expect(decode(CONTROL.TIMECHANGE, 0, data)).toEqual({
      type: 'timeChange',
      newTime: new Date('2025-01-01T00:00:00Z'),
      oldTime: new Date(0),
    });
  });

  it('is unknown without data', () => {
    expect(decode(CONTROL.TIMECHANGE)).toEqual({ type: 'unknown', code: CONTROL.TIMECHANGE, eventType: 0 });
  });

  it('counts 100 ns from 1601', () => {
    expect(fileTimeToDate(116_444_736_000_000_000n)).toEqual(new Date(0));
    expect(fileTimeToDate(116_444_736_000_019_999n)).toEqual(new Date(1));
  });
});

describe('decodeControl: power event', () => {
  it.each([
    [0x4, 'suspend'],
    [0x7, 'resumeSuspend'],
    [0xa, 'powerStatusChange'],
    [0x12, 'resumeAutomatic'],
    [0x77, 'unknown'],
  ])('%d is %s, without a setting even where there is a pointer', (eventType, change) => {
    const event = { type: 'powerEvent', change, eventType };
    expect(decode(CONTROL.POWEREVENT, eventType)).toEqual(event);
    expect(decode(CONTROL.POWEREVENT, eventType, Buffer.alloc(0))).toEqual(event);
  });

  it('reads the setting and its data', () => {
    const data = Buffer.concat([GUID_BYTES, u32(4), u32(42), Buffer.from('beyond')]);
    expect(decode(CONTROL.POWEREVENT, 0x8013, data)).toEqual({
      type: 'powerEvent',
      change: 'settingChange',
      eventType: 0x8013,
      setting: { guid: GUID, data: Uint8Array.of(42, 0, 0, 0) },
    });
  });
});

describe('decodeControl: device event', () => {
  const device = (data?: Buffer) => {
    const event = decode(CONTROL.DEVICEEVENT, 0x8000, data);
    return event.type === 'deviceEvent' ? event.device : event;
  };

  it.each([
    [0x8000, 'arrival'],
    [0x8001, 'queryRemove'],
    [0x8002, 'queryRemoveFailed'],
    [0x8003, 'removePending'],
    [0x8004, 'removeComplete'],
    [0x8006, 'custom'],
    [0x7, 'unknown'],
  ])('%d is %s', (eventType, change) => {
    expect(decode(CONTROL.DEVICEEVENT, eventType)).toEqual({
      type: 'deviceEvent',
      change,
      eventType,
      device: undefined,
    });
  });

  it('reads an interface with its class and name', () => {
    const name = Buffer.from('\\\\?\\USB#VID_0001\0junk', 'utf16le');
    const data = Buffer.concat([u32(28 + name.length, 5, 0), GUID_BYTES, name]);
    expect(device(data)).toEqual({ kind: 'interface', classGuid: GUID, name: '\\\\?\\USB#VID_0001' });
  });

  it('reads a volume as drive letters', () => {
    expect(device(u32(20, 2, 0, 0b1000_0000_0000_0000_0000_0001_01, 0))).toEqual({
      kind: 'volume',
      unitMask: 0b1000_0000_0000_0000_0000_0001_01,
      drives: ['A:', 'C:', 'Z:'],
    });
  });

  it('reads a port', () => {
    const name = Buffer.from('COM3\0', 'utf16le');
    expect(device(Buffer.concat([u32(12 + name.length, 3, 0), name]))).toEqual({ kind: 'port', name: 'COM3' });
  });

  it('reads a name without an end up to the end of the data', () => {
    const name = Buffer.from('LPT1', 'utf16le');
    expect(device(Buffer.concat([u32(12 + name.length, 3, 0), name]))).toEqual({ kind: 'port', name: 'LPT1' });
  });

  it.runIf(process.arch !== 'ia32')('reads a handle with the custom event and its data', () => {
    // Header 12, padding 4, handle 8, notification handle 8, GUID 16, name offset 4, then the data.
    const data = Buffer.concat([
      u32(12 + 4 + 16 + 16 + 4 + 3, 6, 0, 0),
      Buffer.alloc(16),
      GUID_BYTES,
      u32(0xffff_ffff),
      Buffer.of(1, 2, 3),
      // The structure ends at a multiple of 8.
      Buffer.alloc(5),
    ]);
    expect(device(data)).toEqual({ kind: 'handle', eventGuid: GUID, data: Uint8Array.of(1, 2, 3) });
  });

  it('keeps the number of a kind that it does not know', () => {
    expect(device(u32(12, 0, 0))).toEqual({ kind: 'other', deviceType: 0 });
  });
});
