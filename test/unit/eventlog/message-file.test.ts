import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NtExecutable, NtExecutableResource } from 'pe-library';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defineEvents } from '../../../src/eventlog/catalog/define-events.ts';
import { buildMessageFile } from '../../../src/eventlog/index.ts';
import { createPassThroughFile } from '../../../src/win32/eventlog/message-file/message-file.ts';
import { toMessageText } from '../../../src/win32/eventlog/message-file/message-text.ts';

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'winsvc-messages-'));
});
afterEach(() => {
  rmSync(dir, { recursive: true });
});

/** The text of an id, found as FormatMessage does: the block with the id, then one entry after the other. */
function lookUp(table: Buffer, id: number): string | undefined {
  for (let block = 4; block < 4 + table.readUInt32LE() * 12; block += 12) {
    const [low = 0, high = 0, offset = 0] = [0, 4, 8].map((at) => table.readUInt32LE(block + at));
    if (id < low || id > high) continue;
    let at = offset;
    for (let index = low; index < id; index += 1) at += table.readUInt16LE(at);
    return table.toString('utf16le', at + 4, at + table.readUInt16LE(at)).replace(/\0+$/, '');
  }
  return undefined;
}

function tablesOf(bytes: Uint8Array): Map<number, Buffer> {
  const resources = NtExecutableResource.from(NtExecutable.from(bytes));
  return new Map(resources.entries.map(({ lang, bin }) => [Number(lang), Buffer.from(bin)]));
}

describe('buildMessageFile', () => {
  const catalog = defineEvents(
    {
      a: { id: 0, severity: 'info', message: 'zero' },
      b: { id: 65_535, severity: 'error', message: { en: 'last', de: 'letztes', '0x0411': '最後' } },
    },
    { categories: { one: { en: 'One', de: 'Eins' } } },
  );

  it('writes a table for each language, ids with their severity, and the categories', async () => {
    const path = join(dir, 'events.dll');
    await buildMessageFile(catalog, path);
    const tables = tablesOf(readFileSync(path));
    expect([...tables.keys()]).toEqual([0x0007, 0x0009, 0x0407, 0x0409, 0x0411]);
    expect([1, 0x4000_0000, 0xc000_ffff, 2].map((id) => lookUp(tables.get(0x0409)!, id))).toEqual([
      'One',
      'zero',
      'last',
      undefined,
    ]);
    expect(lookUp(tables.get(0x0407)!, 0xc000_ffff)).toBe('letztes');
    expect(lookUp(tables.get(0x0411)!, 0xc000_ffff)).toBe('最後');
  });

  it.each([
    ['de', { de: 'a' }, { 0x0007: 'a', 0x0407: 'a' }],
    ['de-AT', { 'de-AT': 'a' }, { 0x0c07: 'a' }],
    ['de and de-DE', { de: 'a', 'de-DE': 'b' }, { 0x0007: 'a', 0x0407: 'b' }],
    ['de-DE and de', { 'de-DE': 'b', de: 'a' }, { 0x0007: 'a', 0x0407: 'b' }],
    ['an identifier', { '0x0007': 'a' }, { 0x0007: 'a' }],
    ['zh', { zh: 'a', 'zh-TW': 'b' }, { 0x0004: 'a', 0x0404: 'b', 0x0804: 'a' }],
    ['languages that share a primary one', { hr: 'a', sr: 'b', nb: 'c' }, { 0x041a: 'a', 0x0414: 'c', 0x241a: 'b' }],
  ])('makes a language without a region neutral: %s', async (_, message, expected) => {
    const path = join(dir, 'events.dll');
    await buildMessageFile(defineEvents({ a: { id: 1, severity: 'success', message } }), path);
    const found = [...tablesOf(readFileSync(path))].map(([language, table]) => [language, lookUp(table, 1)]);
    expect(Object.fromEntries(found)).toEqual(expected);
  });

  it('writes the same bytes for the same catalogue', async () => {
    const [one = '', two = ''] = ['one.dll', 'two.dll'].map((name) => join(dir, name));
    await buildMessageFile(catalog, one);
    await buildMessageFile(catalog, two);
    expect(readFileSync(one).equals(readFileSync(two))).toBe(true);
  });

  it('refuses a language that Windows has no number for, and an empty catalogue', async () => {
    const path = join(dir, 'events.dll');
    const klingon = defineEvents({ a: { id: 1, severity: 'info', message: { tlh: 'Qapla' } } });
    await expect(buildMessageFile(klingon, path)).rejects.toMatchObject({ code: 'INVALID_OPTIONS' });
    await expect(buildMessageFile(defineEvents({}), path)).rejects.toMatchObject({ code: 'INVALID_OPTIONS' });
  });
});

describe('the pass-through file', () => {
  it('has a text for every id in every severity, in a few kilobytes', () => {
    const bytes = createPassThroughFile();
    const [table] = tablesOf(bytes).values();
    expect(bytes.length).toBeLessThan(16_000);
    for (const severity of [0, 1, 2, 3])
      for (const id of [0, 1, 511, 512, 1000, 32_768, 65_535])
        expect(lookUp(table!, ((severity << 30) | id) >>> 0)).toBe('%1');
    expect(lookUp(table!, 0x1_0000)).toBeUndefined();
  });
});

describe('the notation of FormatMessage', () => {
  it.each([
    ['Listening on %1', 'Listening on %1'],
    ['100 % of %1!', '100 %% of %1%!'],
    ['%% %0 %n %1%2', '%% %%0 %%n %1%2'],
    ['%12!', '%12%!'],
    ['one\ntwo\r\nthree', 'one\r\ntwo\r\nthree'],
    ['ends with %', 'ends with %%'],
  ])('of %j is %j', (text, expected) => {
    expect(toMessageText(text)).toBe(expected);
  });
});
