import { describe, expect, it } from 'vitest';
import type { FfiValue } from '../../../../src/win32/ffi/ffi.ts';
import { formatSid, lookupSid } from '../../../../src/win32/scm/account-sid.ts';
import { ScmCalls } from '../../../../src/win32/scm/scm-calls.ts';
import { parseSid } from '../../../../src/win32/sid.ts';
import { FakeFfi } from '../fake-ffi.ts';

const [USER, GROUP, DOMAIN, COMPUTER] = [1, 2, 3, 9];
const MACHINE = 'S-1-5-21-1-2-3';
const BOB = 'S-1-5-21-1-2-3-1001';
const BOX = 'S-1-5-21-1-2-3-1002';

interface Known {
  readonly sid: string;
  readonly domain: string;
  readonly use: number;
}

/** LookupAccountNameW of a machine that knows these names. */
function machineOf(known: Readonly<Record<string, Known>>, machine?: string) {
  const asked: [FfiValue, FfiValue][] = [];
  const ffi: FakeFfi = new FakeFfi({
    LookupAccountNameW(system, name, sid, sidBytes, domain, domainChars, use) {
      asked.push([system, name]);
      const found = known[String(name).toLowerCase()];
      if (!found) return { value: 0, lastError: 1332 };
      const bytes = parseSid(found.sid);
      const text = Buffer.from(`${found.domain}\0`, 'utf16le');
      const sizes = [...ffi.memory].find(([at]) => at === sidBytes)![1];
      const fits = sizes.readUInt32LE(0) >= bytes.length && sizes.readUInt32LE(8) * 2 >= text.length;
      sizes.writeUInt32LE(bytes.length, 0);
      sizes.writeUInt32LE(text.length / 2, 8);
      expect([domainChars, use]).toEqual([(sidBytes as bigint) + 8n, (sidBytes as bigint) + 16n]);
      if (!fits) return { value: 0, lastError: 122 };
      sizes.writeUInt32LE(found.use, 16);
      bytes.copy(ffi.memory.get(sid as bigint)!);
      text.copy(ffi.memory.get(domain as bigint)!);
      return { value: 1 };
    },
  });
  const calls = new ScmCalls(ffi, machine);
  return {
    asked,
    ffi,
    sidOf: async (account: string) => formatSid(await lookupSid(calls, account, { action: 'look it up' })),
  };
}

const bob = { sid: BOB, domain: 'BOX', use: USER };

describe('the security identifier of an account', () => {
  it.each(['bob', '.\\bob', 'BOX\\bob', 'bob@box.example'])('is found by the spelling %s', async (account) => {
    const { sidOf, asked, ffi } = machineOf({ bob, 'box\\bob': bob, 'bob@box.example': bob });
    expect(await sidOf(account)).toBe(BOB);
    expect(asked).toEqual([[null, account.replace('.\\', '')]]);
    expect(ffi.memory.size).toBe(0);
  });

  it.each([
    ['BOX', DOMAIN],
    ['.\\BOX', DOMAIN],
    ['box', COMPUTER],
  ])('of a user %s, named like its computer, is not that of the computer', async (account, use) => {
    const { sidOf, asked } = machineOf({
      box: { sid: MACHINE, domain: 'BOX', use },
      'box\\box': { sid: BOX, domain: 'BOX', use: USER },
    });
    expect(await sidOf(account)).toBe(BOX);
    expect(asked.at(-1)?.[1]).toBe(`BOX\\${account.replace('.\\', '')}`);
  });

  it('of a computer without a user of its name is an error: 1332', async () => {
    const { sidOf } = machineOf({ box: { sid: MACHINE, domain: 'BOX', use: DOMAIN } });
    await expect(sidOf('BOX')).rejects.toMatchObject({ win32Code: 1332, api: 'LookupAccountNameW' });
  });

  it('of a group is its own', async () => {
    const { sidOf, asked } = machineOf({ team: { sid: BOB, domain: 'BOX', use: GROUP } });
    expect(await sidOf('team')).toBe(BOB);
    expect(asked).toHaveLength(1);
  });

  it('is searched again with the size that Windows asks for', async () => {
    const { sidOf, asked } = machineOf({ bob: { ...bob, domain: 'D'.repeat(400) } });
    expect(await sidOf('bob')).toBe(BOB);
    expect(asked).toHaveLength(2);
  });

  it('is searched on the other machine', async () => {
    const { sidOf, asked } = machineOf({ bob }, '\\\\server');
    expect(await sidOf('bob')).toBe(BOB);
    expect(asked).toEqual([['\\\\server', 'bob']]);
  });

  it('needs no search when it is given', async () => {
    const { sidOf, asked } = machineOf({});
    expect(await sidOf('S-1-5-80-0')).toBe('S-1-5-80-0');
    expect(asked).toEqual([]);
  });

  it('frees its memory when the search fails', async () => {
    const { sidOf, ffi } = machineOf({});
    await expect(sidOf('nobody')).rejects.toMatchObject({ win32Code: 1332 });
    expect(ffi.memory.size).toBe(0);
  });
});
