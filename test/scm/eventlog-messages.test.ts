import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { NtExecutable, NtExecutableResource } from 'pe-library';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRig } from '../../rig/rig.mjs';
import { catalogData, defineEvents } from '../../src/eventlog/catalog/define-events.ts';
import { buildMessageFile } from '../../src/eventlog/index.ts';
import { makeStage, type Stage } from '../contract/support/stage.ts';
import { runProgram } from './eventlog-fixtures/programs.ts';
import { type Language, toMessageCompilerText } from './eventlog-fixtures/message-compiler.ts';

const ENGLISH = 0x0409;
const GERMAN = 0x0407;
const JAPANESE = 0x0411;
const languages: readonly Language[] = [
  { tag: 'en', id: ENGLISH, name: 'English' },
  { tag: 'de', id: GERMAN, name: 'German' },
  { tag: 'ja', id: JAPANESE, name: 'Japanese' },
];
/** Language of a region by the identifier without it. */
const regional: Readonly<Record<number, number>> = { 0x0007: GERMAN, 0x0009: ENGLISH, 0x0011: JAPANESE };
const AUSTRIAN = 0x0c07;

const catalog = defineEvents(
  {
    first: { id: 0, severity: 'info', message: { en: 'Zero', de: 'Null', ja: 'ゼロ' } },
    started: {
      id: 1000,
      severity: 'info',
      message: { en: 'Listening on %1', de: 'Lauscht auf %1', ja: '%1 で待機中' },
      category: 'network',
    },
    slow: { id: 1001, severity: 'warn', message: { en: '%2 of %1', de: '%1: %2', ja: '%1 %2' } },
    percent: {
      id: 1001,
      severity: 'error',
      message: { en: '100 % of %1! (%%1, %0)', de: '100 % von %1! (%%1, %0)', ja: '%1! の 100 % (%%1, %0)' },
    },
    lines: { id: 1002, severity: 'error', message: { en: 'one\ntwo', de: 'eins\nzwei', ja: '一\n二' } },
    last: { id: 65_535, severity: 'success', message: { en: 'Last', de: 'Letztes', ja: '最後' } },
  },
  {
    categories: {
      network: { en: 'Network', de: 'Netzwerk', ja: 'ネットワーク' },
      disk: { en: 'Disk', de: 'Festplatte', ja: 'ディスク' },
    },
  },
);
const ids = [0x1, 0x2, 0x4000_0000, 0x4000_03e8, 0x8000_03e9, 0xc000_03e9, 0xc000_03ea, 0xffff];
const strings = ['http://[::1]:80/%20', 'zwei'];
const expected: Readonly<Record<number, readonly string[]>> = {
  [ENGLISH]: [
    'Network',
    'Disk',
    'Zero',
    'Listening on http://[::1]:80/%20',
    'zwei of http://[::1]:80/%20',
    '100 % of http://[::1]:80/%20! (%1, %0)',
    'one\r\ntwo',
    'Last',
  ],
  [GERMAN]: [
    'Netzwerk',
    'Festplatte',
    'Null',
    'Lauscht auf http://[::1]:80/%20',
    'http://[::1]:80/%20: zwei',
    '100 % von http://[::1]:80/%20! (%1, %0)',
    'eins\r\nzwei',
    'Letztes',
  ],
  [JAPANESE]: [
    'ネットワーク',
    'ディスク',
    'ゼロ',
    'http://[::1]:80/%20 で待機中',
    'http://[::1]:80/%20 zwei',
    'http://[::1]:80/%20! の 100 % (%1, %0)',
    '一\r\n二',
    '最後',
  ],
};

let rig: Awaited<ReturnType<typeof openRig>>;
let stage: Stage;
let ours = '';

beforeAll(async () => {
  rig = await openRig();
  stage = await makeStage({ 'format-messages': 'test/scm/eventlog-fixtures/format-messages.ts' });
  ours = join(stage.dir, 'ours.dll');
  await buildMessageFile(catalog, ours);
});
afterAll(async () => {
  await rig.close();
  await stage.remove();
});

function texts(dll: string): Promise<{ result: unknown }> {
  const lookups = languages.flatMap(({ id: language }) => ids.map((id) => [id, language]));
  return runProgram(rig, stage, 'format-messages', { dll: rig.winPath(dll), lookups, strings });
}

describe('a message file', () => {
  it('has every text in every language for Windows', async () => {
    const { result } = await texts(ours);
    expect(result).toEqual(languages.flatMap(({ id }) => expected[id]!));
  });

  it('has a text without a region for every region of its language', async () => {
    const { result } = await runProgram(rig, stage, 'format-messages', {
      dll: rig.winPath(ours),
      lookups: ids.map((id) => [id, AUSTRIAN]),
      strings,
    });
    expect(result).toEqual(expected[GERMAN]);
  });

  it('has no text for an id that is not in the catalogue', async () => {
    const { result } = await runProgram(rig, stage, 'format-messages', {
      dll: rig.winPath(ours),
      lookups: [
        [0x4000_03e9, ENGLISH],
        [3, ENGLISH],
        [0x4000_0001, ENGLISH],
      ],
      strings,
    });
    expect(result).toEqual([null, null, null]);
  });
});

// The message compiler of mingw, where the rig installs it.
describe.runIf(process.platform === 'linux')('a message file beside that of a message compiler', () => {
  let theirs = '';
  const tables = new Map<number, Buffer>();

  beforeAll(() => {
    const dir = join(stage.dir, 'compiler');
    mkdirSync(dir);
    const source = toMessageCompilerText(catalogData(catalog), languages);
    writeFileSync(join(dir, 'events.mc'), Buffer.from(source.replaceAll('\n', '\r\n'), 'utf16le'));
    const tool = (name: string, ...args: string[]): void => {
      execFileSync(`x86_64-w64-mingw32-${name}`, args, { cwd: dir });
    };
    tool('windmc', '-u', '-U', '-n', 'events.mc');
    tool('windres', 'events.rc', 'events.o');
    tool('gcc', '-shared', '-nostdlib', '-s', '-Wl,--entry=0', '-o', 'events.dll', 'events.o');
    theirs = join(dir, 'events.dll');
    for (const { id } of languages)
      tables.set(id, readFileSync(join(dir, `MSG${id.toString(16).padStart(5, '0')}.bin`)));
  });

  it('has the same resources, byte for byte', () => {
    const resources = (path: string) => {
      const file = NtExecutable.from(readFileSync(path), { ignoreCert: true });
      return NtExecutableResource.from(file).entries.filter(({ type }) => type === 11);
    };
    const mine = resources(ours);
    const inOrder = languages.map(({ id }) => id).sort((a, b) => a - b);
    const withNeutral = [...Object.keys(regional).map(Number), ...inOrder];
    expect(mine.map(({ id, lang }) => [id, lang])).toEqual(withNeutral.map((id) => [1, id]));
    expect(resources(theirs).map(({ id, lang }) => [id, lang])).toEqual(inOrder.map((id) => [1, id]));
    for (const { lang, bin } of mine) {
      expect(Buffer.from(bin).toString('hex')).toEqual(
        tables.get(regional[Number(lang)] ?? Number(lang))!.toString('hex'),
      );
    }
  });

  it('shows the same texts in Windows', async () => {
    expect((await texts(ours)).result).toEqual((await texts(theirs)).result);
  });
});
