import { appendFileSync, mkdtempSync, renameSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findLogDir, rememberLogDir } from '../../../src/logging/log-dir.ts';
import { defaultLogDir } from '../../../src/logging/options.ts';
import { openServiceLogs } from '../../../src/logging/write/service-logs.ts';
import { readLogs, type ReadLogsOptions } from '../../../src/logging/read/read-logs.ts';
import { systemClock } from '../../../src/util/clock.ts';
import { eventually } from '../../support/eventually.ts';

let dir: string;
let stop: AbortController;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'winsvc read lögs '));
  stop = new AbortController();
});
afterEach(() => {
  stop.abort(new Error('the end'));
  rmSync(dir, { recursive: true, force: true });
});

const at = (n: number): Date => new Date(Date.UTC(2026, 0, 1) + n * 60_000);
const LEVELS = [20, 30, 40, 50];
/** Records from `from` up to `to`; each has the next level. */
const records = (from: number, to: number): string =>
  Array.from(
    { length: to - from },
    (_, i) => `{"level":${LEVELS[(from + i) % 4]},"time":"${at(from + i).toISOString()}","msg":"ü${from + i}"}\n`,
  ).join('');
const put = (name: string, data: string | Buffer, minute?: number): void => {
  writeFileSync(join(dir, name), data);
  if (minute !== undefined) utimesSync(join(dir, name), at(minute), at(minute));
};
const options = (its: Partial<ReadLogsOptions>): ReadLogsOptions => ({
  dir,
  service: 'My Svc',
  stream: 'log',
  lines: undefined,
  since: undefined,
  level: undefined,
  follow: false,
  clock: systemClock,
  signal: stop.signal,
  ...its,
});
async function read(its: Partial<ReadLogsOptions>): Promise<string[]> {
  const found: string[] = [];
  for await (const { message, text } of readLogs(options(its))) found.push(message ?? text);
  return found;
}
const names = (from: number, to: number): string[] => Array.from({ length: to - from }, (_, i) => `ü${from + i}`);

describe('readLogs', () => {
  beforeEach(() => {
    put('My Svc.20260101T000000-000.log.gz', gzipSync(records(0, 100)), 99);
    put('My Svc.20260101T010000-000.log', records(100, 200), 199);
    put('My Svc.20260101T010000-001.log', records(200, 300), 299);
    // One that is being compressed, and the output, which is another log.
    put('My Svc.20260101T010000-001.log.gz', 'half');
    put('My Svc.out.20260101T010000-001.log', 'no\n');
    put('My Svc.log', records(300, 400), 399);
  });

  it('reads all files in order, compressed ones too', async () => {
    expect(await read({})).toEqual(names(0, 400));
  });

  it.each([0, 1, 99, 100, 101, 250, 399, 400, 1_000])('reads the last %i', async (lines) => {
    expect(await read({ lines })).toEqual(names(Math.max(0, 400 - lines), 400));
  });

  it('reads from a moment on, and by level', async () => {
    expect(await read({ since: at(150) })).toEqual(names(150, 400));
    expect(await read({ since: at(390), lines: 3 })).toEqual(names(397, 400));
    expect(await read({ since: at(390), lines: 30 })).toEqual(names(390, 400));
    expect(await read({ level: 'error', lines: 2 })).toEqual(['ü395', 'ü399']);
    expect(await read({ level: 'error', lines: 90 })).toHaveLength(90);
    expect(await read({ level: 'warn', since: at(398) })).toEqual(['ü398', 'ü399']);
  });

  it('shows lines that are no records, and leaves them out when asked for a level', async () => {
    appendFileSync(join(dir, 'My Svc.log'), 'panic\n{"level":60,"msg":"fatal"}\n{bad\nno end');
    expect(await read({ lines: 4 })).toEqual(['panic', 'fatal', '{bad', 'no end']);
    expect(await read({ lines: 1, level: 'error' })).toEqual(['fatal']);
  });

  it('finds the end of a large file, and a line that is larger than a chunk', async () => {
    put('My Svc.out.log', `${'x'.repeat(100)}\n`.repeat(200_000) + `${'ö'.repeat(100_000)}\r\n\nlast\n`);
    const began = performance.now();
    const found = await read({ stream: 'stdout', lines: 4 });
    expect(found.map((line) => line.length)).toEqual([100, 100_000, 0, 4]);
    // Nothing like the 20 MB was read: reading all takes many times that.
    expect(performance.now() - began).toBeLessThan(500);
  });

  it('has nothing to say of what is not there', async () => {
    expect(await read({ service: 'Other', lines: 10 })).toEqual([]);
    expect(await read({ dir: join(dir, 'nowhere') })).toEqual([]);
  });
});

describe('readLogs that follows', () => {
  function follow(its: Partial<ReadLogsOptions> = {}): string[] {
    const found: string[] = [];
    void (async () => {
      for await (const { message, text } of readLogs(options({ lines: 2, follow: true, ...its })))
        found.push(message ?? text);
    })().catch((error: unknown) => found.push(String(error)));
    return found;
  }
  const file = (): string => join(dir, 'My Svc.log');

  it('goes on over rotations, several at once, without losing or repeating a line', async () => {
    put('My Svc.log', records(0, 3) + '{"msg":"ü');
    const found = follow();
    await eventually(() => expect(found).toEqual(names(1, 3)));
    appendFileSync(file(), '3"}\n');
    await eventually(() => expect(found).toEqual(names(1, 4)));
    appendFileSync(file(), records(4, 6));
    renameSync(file(), join(dir, 'My Svc.20260101T000000-000.log'));
    put('My Svc.20260101T000000-001.log.gz', gzipSync(records(6, 8)));
    put('My Svc.log', records(8, 9));
    await eventually(() => expect(found).toEqual(names(1, 9)));
    renameSync(file(), join(dir, 'My Svc.20260101T000001-000.log'));
    put('My Svc.log', records(9, 10));
    await eventually(() => expect(found).toEqual(names(1, 10)));
    stop.abort(new Error('enough'));
    await eventually(() => expect(found.at(-1)).toBe('Error: enough'));
  });

  it('goes on when the file is emptied, and begins when it comes', async () => {
    const found = follow({ stream: 'stdout', dir: join(dir) });
    put('My Svc.out.log', 'one\ntwo\n');
    await eventually(() => expect(found).toEqual(['one', 'two']));
    truncateSync(join(dir, 'My Svc.out.log'));
    await eventually(() => {
      appendFileSync(join(dir, 'My Svc.out.log'), '3\n');
      expect(found.at(-1)).toBe('3');
    });
  });

  it('reads what a service writes meanwhile, over its own rotations', async () => {
    const logs = openServiceLogs(
      'My Svc',
      { dir, maxSize: '20K', maxFiles: 1_000, captureOutput: false, compress: true },
      () => undefined,
    );
    const found = follow({ lines: undefined });
    for (let i = 0; i < 3_000; i++) {
      logs.log.write('info', `ü${i}`);
      if (i % 50 === 0) await new Promise((resolve) => setTimeout(resolve, 2));
    }
    logs.close();
    await eventually(() => expect(found.length).toBeGreaterThanOrEqual(3_000), 4_000);
    expect(found).toEqual(names(0, 3_000));
  });
});

describe('the folder of a log', () => {
  it('is found by the name of the service, also where it is another than usual', () => {
    const home = process.env['HOME'];
    process.env['HOME'] = dir;
    try {
      expect(findLogDir('A: b')).toBe(defaultLogDir('A: b'));
      // No right to leave word is no failure.
      rememberLogDir('A: b', '/elsewhere', () => {
        throw new Error('no');
      });
      expect(findLogDir('A: b')).toBe(defaultLogDir('A: b'));
      const logs = openServiceLogs('A: b', { dir: join(dir, 'own'), captureOutput: false }, () => undefined);
      logs.log.write('info', 'x');
      logs.close();
      expect(findLogDir('A: b')).toBe(join(dir, 'own'));
      const usual = openServiceLogs('A: b', { captureOutput: false }, () => undefined);
      usual.log.write('info', 'x');
      usual.close();
      expect(findLogDir('A: b')).toBe(defaultLogDir('A: b'));
    } finally {
      process.env['HOME'] = home;
    }
  });
});
