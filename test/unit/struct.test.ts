import { describe, expect, it } from 'vitest';
import { defineStruct } from '../../src/win32/ffi/struct.ts';
import { SERVICE_STATUS, POWERBROADCAST_SETTING, DEV_BROADCAST_VOLUME } from '../../src/win32/structs.ts';

const mixed = {
  flag: 'u8',
  pointer: 'ptr',
  count: 'u16',
  code: 'u32',
  time: 'u64',
  guid: { bytes: 16, align: 4 },
  tail: 'u8',
} as const;

describe('defineStruct', () => {
  it('lays fields out at multiples of their alignment for pointers of 8 bytes', () => {
    const struct = defineStruct('MIXED', mixed, 8);
    expect(struct.offsets).toEqual({ flag: 0, pointer: 8, count: 16, code: 20, time: 24, guid: 32, tail: 48 });
    expect(struct.size).toBe(56);
    expect(struct.align).toBe(8);
  });

  it('lays them out for pointers of 4 bytes, where u64 is aligned at 8 all the same', () => {
    const struct = defineStruct('MIXED', mixed, 4);
    expect(struct.offsets).toEqual({ flag: 0, pointer: 4, count: 8, code: 12, time: 16, guid: 24, tail: 40 });
    expect(struct.size).toBe(48);
  });

  it('rounds the size up to the largest alignment', () => {
    expect(defineStruct('S', { a: 'ptr', b: 'u32' }, 8).size).toBe(16);
    expect(defineStruct('S', { a: 'ptr', b: 'u32' }, 4).size).toBe(8);
  });

  it.each([4, 8])('reads what it wrote, with pointers of %d bytes', (pointerBytes) => {
    const struct = defineStruct('MIXED', { ...mixed, signed: 'i32' }, pointerBytes);
    const value = {
      flag: 0xff,
      pointer: 0xdead_beefn,
      count: 0xffff,
      code: 0xffff_ffff,
      time: 2n ** 64n - 1n,
      guid: Buffer.from('000102030405060708090a0b0c0d0e0f', 'hex'),
      tail: 1,
      signed: -1,
    };
    expect(struct.read(struct.make(value))).toEqual(value);
    const buffer = Buffer.alloc(struct.size + 8);
    struct.write(buffer, value, 8);
    expect(struct.read(buffer, 8)).toEqual(value);
  });

  it('leaves the fields alone that are not given', () => {
    const struct = defineStruct('S', { a: 'u32', b: 'u32' });
    const buffer = struct.make({ a: 1, b: 2 });
    struct.write(buffer, { b: 3 });
    expect(struct.read(buffer)).toEqual({ a: 1, b: 3 });
  });

  it('copies bytes out, so that they outlive the memory', () => {
    const struct = defineStruct('S', { guid: { bytes: 4 } });
    const buffer = Buffer.from([1, 2, 3, 4]);
    const { guid } = struct.read(buffer);
    buffer.fill(0);
    expect([...guid]).toEqual([1, 2, 3, 4]);
  });
});

describe('the Win32 structures', () => {
  it('have the sizes of the headers', () => {
    expect(SERVICE_STATUS.size).toBe(28);
    expect(POWERBROADCAST_SETTING.size).toBe(20);
    expect(DEV_BROADCAST_VOLUME.size).toBe(20);
  });
});
