import { appendFile, mkdtemp, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createManualClock } from '../../../src/testing/time/manual-clock.ts';
import { createLogTail } from '../../../src/watchdog/sources/log-tail.ts';
import { logSource } from '../../../src/watchdog/sources/log-source.ts';
import { maintenanceEnd } from '../../../src/watchdog/decision/maintenance.ts';
import { toSignal } from '../../../src/watchdog/sources/service-source.ts';
import type { Signal } from '../../../src/watchdog/decision/watch-status.ts';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'winsvc-log-'));
  file = join(folder, 'app.log');
});
afterEach(() => rm(folder, { recursive: true }));

describe('createLogTail', () => {
  it('reads what comes after its first look, whole lines only', async () => {
    await writeFile(file, 'old\n');
    const tail = createLogTail(file);
    expect(await tail.read()).toEqual([]);
    await appendFile(file, 'one\r\ntw');
    expect(await tail.read()).toEqual(['one']);
    await appendFile(file, Buffer.from('ö\nthree\n').subarray(0, 1));
    expect(await tail.read()).toEqual([]);
    await appendFile(file, Buffer.from('ö\nthree\n').subarray(1));
    expect(await tail.read()).toEqual(['twö', 'three']);
  });

  it('follows a rotation, a truncation, and a file that comes later', async () => {
    const tail = createLogTail(file);
    expect(await tail.read()).toEqual([]);
    await writeFile(file, 'first\n');
    expect(await tail.read()).toEqual(['first']);
    await rename(file, `${file}.1`);
    expect(await tail.read()).toEqual([]);
    await writeFile(file, 'second\n');
    expect(await tail.read()).toEqual(['second']);
    await truncate(file, 0);
    expect(await tail.read()).toEqual([]);
    await appendFile(file, 'x\n');
    expect(await tail.read()).toEqual(['x']);
  });

  it('takes no more than the end of a flood, and no line without an end', async () => {
    await writeFile(file, '');
    const tail = createLogTail(file);
    await tail.read();
    await appendFile(file, `${'y'.repeat(9 * 2 ** 20)}\nlast\n`);
    const lines = await tail.read();
    expect(lines.at(-1)).toBe('last');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(8_192);
  });
});

describe('logSource', () => {
  it('believes a pattern after its count, and forgets it after its time or an action', async () => {
    await writeFile(file, '');
    const clock = createManualClock();
    const signals: Signal[] = [];
    const { check, prepare, reset } = logSource(
      { file, patterns: [/out of memory/gi, 'E4711'], count: 2, within: '1m' },
      clock,
      (signal) => signals.push(signal),
    );
    await prepare?.();
    const look = () => check.run({ signal: new AbortController().signal, timeoutMs: 1, clock });
    await look();
    await appendFile(file, 'Out of Memory\nXE4711 E47112\n');
    await look();
    expect(signals).toEqual([]);
    await appendFile(file, 'code E4711: bad\n');
    await look();
    expect(signals).toEqual([{ level: 'bad', reason: '2 × code E4711: bad' }]);
    await clock.advance('61s');
    await look();
    expect(signals.at(-1)).toEqual({ level: 'good', reason: '' });
    await appendFile(file, 'E4711\nE4711\n');
    await look();
    reset?.();
    expect(signals.map(({ level }) => level)).toEqual(['bad', 'good', 'bad', 'good']);
  });
});

describe('toSignal', () => {
  it.each([
    ['running', undefined, false, 'good'],
    ['startPending', undefined, true, undefined],
    ['stopped', { win32: 1067 }, false, 'bad'],
    ['stopped', { service: 3 }, false, 'bad'],
    ['stopped', { win32: 0 }, false, 'off'],
    ['stopped', { win32: 1077 }, false, 'off'],
    ['stopped', { win32: 0 }, true, 'bad'],
    ['paused', { win32: 0 }, false, 'off'],
  ] as const)('%s with %j, must it run: %s → %s', (state, exit, keepRunning, level) => {
    expect(toSignal(state, exit, keepRunning)?.level).toBe(level);
  });
});

describe('maintenanceEnd', () => {
  const at = (text: string): number => Date.parse(`2026-01-${text}Z`); // 2026-01-01 is a Thursday
  const night = { days: ['fri'], from: '22:00', to: '02:00', utc: true } as const;
  it('knows windows over midnight, and on which day they began', () => {
    expect(maintenanceEnd([night], at('02T21:59:59'))).toBeUndefined();
    expect(maintenanceEnd([night], at('02T22:00:00'))).toBe(at('03T02:00:00'));
    expect(maintenanceEnd([night], at('03T01:59:59'))).toBe(at('03T02:00:00'));
    expect(maintenanceEnd([night], at('03T02:00:00'))).toBeUndefined();
    expect(maintenanceEnd([night], at('03T22:30:00'))).toBeUndefined();
    expect(maintenanceEnd([{ from: '00:00', to: '00:00', utc: true }, night], at('05T12:00:00'))).toBe(
      at('06T00:00:00'),
    );
  });
  it('takes the time of the machine unless told otherwise', () => {
    const noon = new Date(2026, 5, 1, 12, 0).getTime();
    expect(maintenanceEnd([{ from: '11:00', to: '13:00' }], noon)).toBe(new Date(2026, 5, 1, 13, 0).getTime());
  });
});
