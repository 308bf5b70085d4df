import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { salvageLogs } from '../../../src/util/crash-buffer.ts';
import { listRotated } from '../../../src/logging/rotated-names.ts';
import { openServiceLogs, type ServiceLogs } from '../../../src/logging/write/service-logs.ts';
import { eventually } from '../../support/eventually.ts';

describe('openServiceLogs', () => {
  let dir: string;
  let errors: Error[];
  let logs: ServiceLogs | undefined;

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'winsvc lögs '));
    errors = [];
  });
  afterEach(() => {
    logs?.close();
    rmSync(dir, { recursive: true, force: true });
  });

  const open = (options = {}): ServiceLogs =>
    (logs = openServiceLogs('My Svc', { dir, ...options }, (error) => errors.push(error)));
  const text = (name: string): string => readFileSync(join(dir, name), 'utf8');

  it('writes one JSON object a line, with the stack and the causes of an error', () => {
    const { log, close } = open();
    const error = new Error('outer', { cause: new Error('inner') });
    log.write('error', 'it broke', { error, big: 5n });
    close();
    const record = JSON.parse(text('My Svc.log')) as Record<
      string,
      { message: string; stack: string; cause: { message: string } }
    >;
    expect(record).toMatchObject({ level: 50, name: 'My Svc', msg: 'it broke', big: '5', pid: process.pid });
    expect(record['error']).toMatchObject({ message: 'outer', cause: { message: 'inner' } });
    expect(record['error']?.stack).toContain('service-logs.test.ts');
  });

  it('captures the standard streams and gives them back', () => {
    const before = process.stdout;
    const { close } = open();
    process.stdout.write('to out 1\n');
    process.stderr.write('to err\n');
    close();
    expect(process.stdout).toBe(before);
    expect(text('My Svc.out.log')).toBe('to out 1\n');
    expect(text('My Svc.err.log')).toBe('to err\n');
  });

  it('flushes by itself, in order, and rotates by size', async () => {
    const { log, close } = open({ maxSize: 2_000, maxFiles: 3, captureOutput: false });
    for (let i = 0; i < 10; i++) {
      log.write('info', `line ${i} ${'x'.repeat(400)}`);
      const written = i + 1;
      await eventually(() => {
        expect(readdirSync(dir).map(text).join('')).toContain(`line ${written - 1} `);
      });
    }
    close();
    expect((await listRotated(join(dir, 'My Svc.log'))).length).toBe(3);
    expect(errors).toEqual([]);
  });

  it('lets another thread save what a blocked app has written', () => {
    const { log, crashBuffers } = open({ captureOutput: false });
    log.write('info', 'the last words');
    // As often as anybody wants: it is there once.
    salvageLogs(crashBuffers);
    salvageLogs(crashBuffers);
    logs?.close();
    expect(text('My Svc.log').match(/the last words/g)).toHaveLength(1);
  });

  it('tells once of a folder that it cannot write to, and goes on', async () => {
    writeFileSync(join(dir, 'file'), '');
    const { log } = open({ dir: join(dir, 'file', 'logs'), captureOutput: false });
    log.write('info', 'a');
    log.write('info', 'b');
    await eventually(() => {
      expect(errors).toHaveLength(1);
    });
    expect(errors).toHaveLength(1);
    rmSync(join(dir, 'file'));
    await eventually(() => {
      expect(text(join('file', 'logs', 'My Svc.log')).match(/"msg":"[ab]"/g)).toHaveLength(2);
    });
  });

  it('takes a line that is larger than its memory, and what comes behind it', async () => {
    const { log, close } = open({ captureOutput: false });
    log.write('info', '😀ü'.repeat(700_000));
    log.write('info', 'behind it');
    await eventually(() => {
      expect(readdirSync(dir).map(text).join('')).toContain('behind it');
    });
    close();
    const lines = readdirSync(dir).sort().map(text).join('').trim().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { msg: string }).msg.length)).toEqual([2_100_000, 9]);
  });

  it('rotates in the middle of a flood, compresses, and loses no line', async () => {
    const { log, close } = open({ captureOutput: false, maxSize: '100K', maxFiles: 1_000, compress: true });
    for (let i = 0; i < 20_000; i++) {
      log.write('info', `line ${i}`);
      if (i % 200 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    }
    close();
    const read = (name: string): string =>
      name.endsWith('.gz') ? gunzipSync(readFileSync(join(dir, name))).toString() : text(name);
    await eventually(() => {
      expect(readdirSync(dir).filter((name) => /\d\.log$|tmp$/.test(name))).toEqual([]);
    }, 30_000);
    // The end may have come right behind a rotation.
    const names = [...(await listRotated(join(dir, 'My Svc.log'))), 'My Svc.log'].filter((name) =>
      existsSync(join(dir, name)),
    );
    expect(names.length).toBeGreaterThan(3);
    const seen = names.map(read).join('').trim().split('\n');
    expect(seen.map((line) => (JSON.parse(line) as { msg: string }).msg)).toEqual(
      Array.from({ length: 20_000 }, (_, i) => `line ${i}`),
    );
    expect(errors).toEqual([]);
  }, 60_000);

  it('writes what a stop logs at its end, all at once, and in a longer stop before', async () => {
    const logs = open({ captureOutput: false });
    const path = join(dir, 'My Svc.log');
    logs.log.write('info', 'started');
    await eventually(() => {
      expect(text('My Svc.log')).toContain('started');
    });
    logs.log.gather?.();
    logs.log.write('info', 'stopping');
    for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate);
    const before = readFileSync(path, 'utf8');
    await eventually(() => {
      expect(text('My Svc.log')).toContain('stopping');
    });
    logs.log.write('info', 'stopped');
    logs.close();
    expect(before).not.toContain('stopping');
    expect(readFileSync(path, 'utf8').trim().split('\n')).toHaveLength(3);
  });

  it('makes its folder anew when that vanishes', async () => {
    const { log } = open({ captureOutput: false });
    log.write('info', 'before');
    await eventually(() => {
      expect(text('My Svc.log')).toContain('before');
    });
    // The log may write in the middle of it.
    rmSync(dir, { recursive: true, maxRetries: 20 });
    await eventually(
      () => {
        log.write('info', 'after');
        expect(existsSync(join(dir, 'My Svc.log'))).toBe(true);
      },
      { timeout: 5_000, interval: 100 },
    );
    expect(errors).toEqual([]);
  });

  it.skipIf(!existsSync('/dev/full'))(
    'waits for a full disk, tells of it once, and writes all of it then',
    async () => {
      const file = join(dir, 'My Svc.log');
      symlinkSync('/dev/full', file);
      const { log, close } = open({ captureOutput: false });
      log.write('info', 'one');
      await eventually(() => {
        expect(errors).toHaveLength(1);
      });
      log.write('info', 'two');
      // The end of a process that can't write must not fail.
      log.flush?.();
      rmSync(file);
      await eventually(
        () => {
          expect(text('My Svc.log')).toContain('two');
        },
        { timeout: 5_000 },
      );
      close();
      const seen = text('My Svc.log').trim().split('\n');
      expect(seen.map((line) => (JSON.parse(line) as { msg: string }).msg)).toEqual([
        'one',
        expect.stringContaining('ENOSPC') as string,
        'two',
      ]);
      expect(errors).toHaveLength(1);
    },
  );

  it('is written by console too, with callbacks and in order', async () => {
    const { close } = open();
    console.log('one %d', 1);
    process.stdout.write('two\n');
    process.stdout.write(new Uint8Array([0x33, 0x0a]));
    await new Promise<void>((resolve) => process.stdout.write('four\n', 'utf8', () => resolve()));
    await new Promise<void>((resolve) => process.stdout.write('five\n', () => resolve()));
    process.stdout.cork();
    process.stdout.write('six\n');
    process.stdout.write('seven\n');
    process.stdout.uncork();
    close();
    expect(text('My Svc.out.log')).toMatch(/(?:one 1\n)?two\n3\nfour\nfive\nsix\nseven\n/);
  });

  it('takes 50,000 lines without keeping the loop', async () => {
    const { log, close } = open({ captureOutput: false });
    const line = 'x'.repeat(80);
    for (let i = 0; i < 50_000; i++) {
      log.write('info', line);
      if (i % 500 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    close();
    const lines = readdirSync(dir).map(text).join('').split('\n').length - 1;
    expect(lines).toBe(50_000);
  });
});
