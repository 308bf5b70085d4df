import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openServiceLogs, type ServiceLogs } from '../../../src/logging/write/service-logs.ts';
import { salvageLogs } from '../../../src/util/crash-buffer.ts';
import { eventually } from '../../support/eventually.ts';

function makeFolder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'winsvc shared '));
  onTestFinished(() => {
    rmSync(dir, { recursive: true, force: true });
  });
  return dir;
}

function open(dir: string, options = {}): ServiceLogs {
  const logs = openServiceLogs('Twice', { dir, captureOutput: false, ...options }, () => undefined);
  onTestFinished(() => {
    logs.close();
  });
  return logs;
}

const linesIn = (dir: string): string[] =>
  readdirSync(dir).flatMap((name) => readFileSync(join(dir, name), 'utf8').match(/"n":\d+/g) ?? []);
const all = (count: number): string[] => Array.from({ length: count }, (_, n) => `"n":${n}`);
const byNumber = (a: string, b: string): number => Number(a.slice(4)) - Number(b.slice(4));
const turn = (ms = 0): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('a log file that two writers share', () => {
  for (const options of [{}, { maxSize: 5_000, maxFiles: 1_000 }]) {
    it(`has every line of both, once: ${JSON.stringify(options)}`, async () => {
      const dir = makeFolder();
      const both = [open(dir, options), open(dir, options)] as const;
      for (let n = 0; n < 400; n++) {
        both[n % 2 === 0 ? 0 : 1].log.write('info', 'line', { n });
        if (n % 7 === 0) await turn();
        if (n % 50 === 0) both[0].log.flush?.();
      }
      for (const logs of both) logs.close();
      await eventually(() => {
        expect(linesIn(dir).sort(byNumber)).toEqual(all(400));
      });
    });
  }

  it('has every line once when the output is saved from outside in the middle of a write', async () => {
    const dir = makeFolder();
    const { log, crashBuffers } = open(dir);
    for (let n = 0; n < 600; n++) {
      log.write('info', 'x'.repeat(300), { n });
      if (n % 10 === 0) await turn();
      // A write may be under way on the thread pool.
      if (n % 25 === 0) salvageLogs(crashBuffers);
      if (n % 40 === 0) log.flush?.();
    }
    salvageLogs(crashBuffers);
    await turn(50);
    expect(linesIn(dir)).toEqual(all(600));
  });

  it('has what another process appends meanwhile', async () => {
    const dir = makeFolder();
    const { log, close } = open(dir);
    const worker = new Worker(
      `const { appendFileSync } = require('node:fs');
       for (let n = 0; n < 300; n++) appendFileSync(${JSON.stringify(join(dir, 'Twice.log'))}, JSON.stringify({ n }) + '\\n');`,
      { eval: true },
    );
    const ended = new Promise((resolve) => worker.on('exit', resolve));
    for (let n = 300; n < 600; n++) {
      log.write('info', 'ours', { n });
      if (n % 3 === 0) await turn();
    }
    await ended;
    close();
    expect(linesIn(dir).sort(byNumber)).toEqual(all(600));
  });
});

describe('a write larger than everything that waits', () => {
  it('is kept whole: 40 Mi characters, and bytes', async () => {
    const dir = makeFolder();
    const out: string[] = [];
    const logs = openServiceLogs('Large', { dir, maxSize: '1G' }, (error) => out.push(error.message));
    process.stdout.write('first\n');
    process.stdout.write('ü'.repeat(40 * 2 ** 20));
    process.stderr.write(Buffer.alloc(3 * 2 ** 20, 'b'));
    process.stdout.write('\nlast\n');
    logs.close();
    const text = readFileSync(join(dir, 'Large.out.log'), 'utf8');
    expect([text.length, text.slice(0, 7), text.slice(-7)]).toEqual([40 * 2 ** 20 + 12, 'first\nü', 'ü\nlast\n']);
    expect(readFileSync(join(dir, 'Large.err.log')).length).toBe(3 * 2 ** 20);
    expect(out).toEqual([]);
    await turn();
  });
});
