import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { storeCrashReport, takeCrashReport, withoutSecrets } from '../../../src/service/failure/crash-report.ts';

let parent: string;
let dir: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'winsvc-report-'));
  dir = join(parent, 'reports');
});
afterEach(() => {
  rmSync(parent, { recursive: true, force: true });
});
const makeDir = (path: string): void => {
  mkdirSync(path, { recursive: true });
};

describe('takeCrashReport', () => {
  it('has the error with its stack, and the heap', () => {
    const report = JSON.parse(takeCrashReport(new Error('the database is gone'))) as Record<string, object>;
    expect(report['javascriptStack']).toMatchObject({ message: 'Error: the database is gone' });
    expect(report['javascriptHeap']).toHaveProperty('memoryLimit');
  });

  it('has nothing of the environment', () => {
    process.env['WINSVC_TEST_SECRET'] = 'hunter2-of-the-report';
    try {
      const text = takeCrashReport(new Error('x'));
      expect(text).not.toContain('hunter2-of-the-report');
      expect(JSON.parse(text)).not.toHaveProperty('environmentVariables');
    } finally {
      delete process.env['WINSVC_TEST_SECRET'];
    }
  });

  it('takes the environment out where Node can’t leave it out', () => {
    const environmentVariables = { TOKEN: 'x' };
    const report = { header: {}, environmentVariables, workers: [{ header: {}, environmentVariables }] };
    expect(JSON.parse(withoutSecrets(report))).toEqual({ header: {}, workers: [{ header: {} }] });
  });
});

describe('storeCrashReport', () => {
  it('makes the folder and keeps the newest reports only, and leaves other files alone', () => {
    makeDir(dir);
    for (const day of ['01', '02', '03']) writeFileSync(join(dir, `report-2020-01-${day}T00-00-00-000Z-1.json`), '{}');
    writeFileSync(join(dir, 'notes.json'), '{}');
    const path = storeCrashReport('{"a":1}', { dir, keep: 2, makeDir });
    expect(readFileSync(path, 'utf8')).toBe('{"a":1}');
    expect(readdirSync(dir).sort()).toEqual([
      'notes.json',
      'report-2020-01-03T00-00-00-000Z-1.json',
      path.slice(dir.length + 1),
    ]);
  });

  it.each([1, 3])('keeps the newest %i after the clock was set back', (keep) => {
    makeDir(dir);
    const future = ['01', '02', '03', '04'].map((day) => `report-2199-01-${day}T00-00-00-000Z-9999999.json`);
    for (const name of future) writeFileSync(join(dir, name), '{}');
    const stored = Array.from({ length: 3 }, (_, at) => storeCrashReport(`${at}`, { dir, keep, makeDir }));
    const left = readdirSync(dir).sort();
    expect(left.map((name) => readFileSync(join(dir, name), 'utf8'))).toEqual(['0', '1', '2'].slice(-keep));
    expect(stored.toSorted()).toEqual(stored);
  });

  it('leaves files alone whose names only resemble those of reports', () => {
    makeDir(dir);
    const others = ['report-of-the-week.json', 'report-2020-01-01.json', 'report-2020-13-41T99-99-99-999Z-x.json'];
    for (const name of others) writeFileSync(join(dir, name), 'kept');
    storeCrashReport('{}', { dir, keep: 1, makeDir });
    expect(readdirSync(dir)).toEqual(expect.arrayContaining(others));
  });

  it('says what the file system has against it', () => {
    const file = join(dir, 'taken');
    makeDir(dir);
    writeFileSync(file, '');
    const store = (): string => storeCrashReport('{}', { dir: file, keep: 1, makeDir });
    expect(store).toThrow(/EEXIST|ENOTDIR/);
    expect(existsSync(file)).toBe(true);
  });
});
