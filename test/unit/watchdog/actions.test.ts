import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createManualClock } from '../../../src/testing/time/manual-clock.ts';
import { systemClock } from '../../../src/util/clock.ts';
import { commandProblem, toCommandLine, toEnvironment } from '../../../src/watchdog/actions/command.ts';
import { perform } from '../../../src/watchdog/actions/perform.ts';
import { createWatchdog } from '../../../src/watchdog/index.ts';
import { heapInUse } from '../../support/collect-garbage.ts';
import { eventually } from '../../support/eventually.ts';
import { fakeService } from './fake-service.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'winsvc-actions-'));
});
afterEach(() => rm(folder, { recursive: true }));

const context = { target: 'Orders', attempt: 1, reason: 'log: 1 × bad' };
const isAlive = (pid: number) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe('a batch file as an action', () => {
  it.each(['C:\\Tools\\heal it.cmd', 'heal.BAT', 'heal.cmd.', 'heal.bat '])('runs in cmd.exe: %j', (run) => {
    const line = toCommandLine({ run, args: ['a b', 'c&d', '^|<>!', ''] }, 'win32');
    expect(line.file).toMatch(/\\System32\\cmd\.exe$/);
    expect(line).toMatchObject({
      verbatim: true,
      args: ['/d', '/s', '/v:off', '/c', `""${run}" "a b" "c&d" "^|<>!" """`],
    });
  });

  it.each(['node.exe', '/usr/bin/true', 'C:\\cmd\\tool.exe', 'tool'])('anything else runs as it is: %j', (run) => {
    expect(toCommandLine({ run, args: ['a"b%'] }, 'win32')).toEqual({ file: run, args: ['a"b%'], verbatim: false });
  });

  it.each(['a"b', '%PATH%', 'a\nb', 'a\rb'])('takes no argument that cmd.exe would interpret: %j', (arg) => {
    const make = () =>
      createWatchdog({
        targets: [
          {
            name: 'a',
            checks: [{ name: 'c', kind: 'c', options: {}, run: () => Promise.reject(new Error()) }],
            actions: { run: 'heal.cmd', args: ['ok', arg] },
          },
        ],
      });
    expect(make).toThrow(/targets\.0\.actions\.0: is a batch file/);
    expect(commandProblem({ run: 'heal.exe', args: [arg] })).toBeUndefined();
  });

  it('finds no command in its environment', () => {
    const reason = 'log: 1 × x" & del C:\\ | <y> %PATH% !z! (a)';
    const { WATCH_REASON } = toEnvironment('heal.cmd', { ...context, reason, signal: new AbortController().signal });
    expect(WATCH_REASON).not.toMatch(/["%&|<>^!()]/);
    expect(toEnvironment('heal.exe', { ...context, reason, signal: new AbortController().signal })).toMatchObject({
      WATCH_REASON: reason,
    });
  });
});

describe.skipIf(process.platform === 'win32')('a command that takes too long', () => {
  it('is ended with all that it started', async () => {
    const pids = join(folder, 'pids');
    const child = `require('fs').appendFileSync(${JSON.stringify(pids)}, process.pid + ' '); setInterval(() => {}, 1000)`;
    const parent = `const { spawn } = require('child_process'); spawn(process.execPath, ['-e', ${JSON.stringify(child)}], { stdio: 'inherit' }); ${child}`;
    const clock = createManualClock();
    const never = new AbortController().signal;
    const done = perform({ run: process.execPath, args: ['-e', parent] }, undefined, context, [], {
      timeoutMs: 5_000,
      clock,
      stopped: never,
    });
    const failed = expect(done).rejects.toThrow('took longer than 5 s');
    const all = async () => (await readFile(pids, 'utf8').catch(() => '')).trim().split(' ').map(Number);
    await eventually(async () => expect(await all()).toHaveLength(2));
    const both = await all();
    expect(both.map(isAlive)).toEqual([true, true]);
    await clock.advance('6s');
    await failed;
    await eventually(() => expect(both.map(isAlive)).toEqual([false, false]));
  });
});

describe('a command', () => {
  it('may leave a program running, and says why it failed', async () => {
    const run = (script: string) =>
      perform({ run: process.execPath, args: ['-e', script] }, undefined, context, [], {
        timeoutMs: 60_000,
        clock: systemClock,
        stopped: new AbortController().signal,
      });
    await run(
      `require('child_process').spawn(process.execPath, ['-e', 'setTimeout(() => {}, 3000)'], { stdio: 'inherit', detached: true }).unref(); process.exit(0)`,
    );
    await expect(run('console.error("no disk"); process.exit(7)')).rejects.toThrow(/exit code 7: no disk/);
    await expect(
      perform({ run: join(folder, 'nothing') }, undefined, context, [], {
        timeoutMs: 60_000,
        clock: systemClock,
        stopped: new AbortController().signal,
      }),
    ).rejects.toThrow('ENOENT');
  });
});

describe('memory', () => {
  it('stays flat over thousands of actions', async () => {
    const clock = createManualClock();
    const service = fakeService(clock);
    const stopped = new AbortController();
    const act = async (times: number) => {
      for (let n = 0; n < times; n += 1)
        await perform('restart', service, context, [], { timeoutMs: 1_000, clock, stopped: stopped.signal });
      service.restarts.length = 0;
    };
    await act(500);
    const before = heapInUse();
    await act(5_000);
    expect(heapInUse() - before).toBeLessThan(5_000 * 100);
    expect(clock.pending).toBe(0);
  });
});
