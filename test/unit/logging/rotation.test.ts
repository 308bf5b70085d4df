import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { nextRotatedName } from '../../../src/logging/rotated-names.ts';
import { rotate } from '../../../src/logging/write/rotation.ts';
import { openServiceLogs } from '../../../src/logging/write/service-logs.ts';
import { retryBusy } from '../../../src/util/retry-busy.ts';
import { eventually } from '../../support/eventually.ts';

let dir: string;
let path: string;
let errors: Error[];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'winsvc rotation '));
  path = join(dir, 'Svc.log');
  errors = [];
});
afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

const full = async (text: string, now: Date, options = {}): Promise<void> => {
  writeFileSync(path, text);
  await rotate(path, { maxFiles: 2, compress: false, now, onError: (error) => errors.push(error), ...options });
};
const contents = (): string[] =>
  readdirSync(dir)
    .sort()
    .map((name) => readFileSync(join(dir, name), 'utf8'));

describe('rotation', () => {
  it('keeps the newest files after the clock was set back, and after it was set ahead', async () => {
    await full('1', new Date('2027-03-01T12:00:00Z'));
    await full('2', new Date('2026-01-01T00:00:00Z'));
    await full('3', new Date('2026-01-01T00:00:00Z'));
    await eventually(() => {
      expect(contents()).toEqual(['2', '3']);
    });
    await full('4', new Date('2028-01-01T00:00:00Z'));
    await eventually(() => {
      expect(contents()).toEqual(['3', '4']);
    });
  });

  it('counts beyond 999 files of one second', () => {
    const now = new Date('2026-01-01T00:00:00Z');
    const names = [...Array(1_002).keys()].reduce<string[]>((all) => [...all, nextRotatedName(path, now, all)], []);
    expect(new Set(names).size).toBe(1_002);
    expect(names.at(-1)).toBe('Svc.20260101T000000-1001.log');
    expect(nextRotatedName(path, now, [...names].reverse())).toBe('Svc.20260101T000000-1002.log');
  });

  it('removes the other old files when one of them can not be removed', async () => {
    // A folder of that name: removing it as a file fails, for every user.
    mkdirSync(join(dir, 'Svc.20200101T000000-000.log'));
    writeFileSync(join(dir, 'Svc.20200102T000000-000.log'), 'old');
    writeFileSync(join(dir, 'Svc.20200103T000000-000.log'), 'kept');
    await full('new', new Date('2026-01-01T00:00:00Z'));
    await eventually(() => {
      expect(readdirSync(dir)).not.toContain('Svc.20200102T000000-000.log');
    });
    expect(readdirSync(dir).sort()).toEqual([
      'Svc.20200101T000000-000.log',
      'Svc.20200103T000000-000.log',
      'Svc.20260101T000000-000.log',
    ]);
    expect(errors).toHaveLength(1);
  });

  it('removes old files, and compresses the others, when one can not be compressed', async () => {
    mkdirSync(join(dir, 'Svc.20200105T000000-000.log'));
    for (const day of ['01', '02', '03']) writeFileSync(join(dir, `Svc.202001${day}T000000-000.log`), day);
    await full('new', new Date('2026-01-01T00:00:00Z'), { compress: true, maxFiles: 3 });
    await eventually(() => {
      expect(readdirSync(dir).sort()).toEqual([
        'Svc.20200103T000000-000.log.gz',
        'Svc.20200105T000000-000.log',
        'Svc.20260101T000000-000.log.gz',
      ]);
    });
    expect(errors.length).toBeGreaterThan(0);
  });

  it('sweeps the temporary files of killed processes, and nothing of other logs', async () => {
    for (const name of [
      'Svc.20200101T000000-000.log.gz.tmp',
      'Svc.out.20200101T000000-000.log.gz.tmp',
      'Svc2.log.gz.tmp',
    ])
      writeFileSync(join(dir, name), 'half');
    await full('new', new Date('2026-01-01T00:00:00Z'));
    await eventually(() => {
      expect(readdirSync(dir)).not.toContain('Svc.20200101T000000-000.log.gz.tmp');
    });
    expect(readdirSync(dir)).toContain('Svc2.log.gz.tmp');
  });

  it('rotates by time although the clock was set back', async () => {
    writeFileSync(path, 'of yesterday\n');
    const yesterday = new Date(Date.now() - 86_400_000);
    utimesSync(path, yesterday, yesterday);
    const logs = openServiceLogs('Svc', { dir, interval: 'daily', captureOutput: false }, (error) =>
      errors.push(error),
    );
    logs.log.write('info', 'of today');
    await eventually(() => {
      expect(readdirSync(dir)).toHaveLength(2);
    });
    logs.close();
    expect(readFileSync(path, 'utf8')).toContain('of today');
  });
});

describe('retryBusy', () => {
  const busy = (code: string): Error => Object.assign(new Error(code), { code });

  it('repeats what another program holds, until it is free', async () => {
    const work = vi
      .fn<() => Promise<string>>()
      .mockRejectedValueOnce(busy('EPERM'))
      .mockRejectedValueOnce(busy('EBUSY'))
      .mockResolvedValue('done');
    await expect(retryBusy(work, 10_000, ['EPERM', 'EBUSY'])).resolves.toBe('done');
    expect(work).toHaveBeenCalledTimes(3);
  });

  it('gives up after its limit, and at once for another error', async () => {
    const held = vi.fn<() => Promise<void>>().mockRejectedValue(busy('EPERM'));
    await expect(retryBusy(held, 30, ['EPERM'])).rejects.toThrow('EPERM');
    expect(held.mock.calls.length).toBeGreaterThan(1);
    const missing = vi.fn<() => Promise<void>>().mockRejectedValue(busy('ENOENT'));
    await expect(retryBusy(missing, 10_000, ['EPERM'])).rejects.toThrow('ENOENT');
    expect(missing).toHaveBeenCalledTimes(1);
  });
});
