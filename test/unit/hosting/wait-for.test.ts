import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { applyEnvironment } from '../../../src/hosting/program-environment.ts';
import { runCommands, runCommandsNow } from '../../../src/hosting/run-commands.ts';
import { waitForAll } from '../../../src/hosting/wait-for.ts';
import type { WaitForRule } from '../../../src/scm/host-settings.ts';
import { systemClock } from '../../../src/util/clock.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'winsvc warten ä '));
});
afterEach(() => {
  rmSync(dir, { recursive: true });
  vi.restoreAllMocks();
});

function wait(rules: readonly WaitForRule[], isServiceRunning = () => Promise.resolve(true), timeLeft = 20_000) {
  const checkpoints: (string | undefined)[] = [];
  const abort = new AbortController();
  const log = Object.assign(vi.fn(), { info: vi.fn(), debug: vi.fn(), warn: vi.fn(), error: vi.fn() });
  const ctx = {
    signal: abort.signal,
    timeLeft,
    log: log as never,
    checkpoint: (message?: string) => void checkpoints.push(message),
  };
  const parts = { cwd: dir, clock: systemClock, isServiceRunning };
  return { checkpoints, abort, ctx, done: waitForAll(rules, parts, ctx) };
}

describe('waitFor', () => {
  it('goes on when everything is there', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    writeFileSync(join(dir, 'there'), '');
    const rules = [{ tcp: `127.0.0.1:${port}` }, { file: 'there' }, { service: 'MSSQLSERVER' }];
    const { done, checkpoints } = wait(rules);
    await done;
    server.close();
    expect(checkpoints).toEqual([]);
  });

  it('reports a checkpoint that names what is missing, and begins when it comes', async () => {
    let isRunning = false;
    const { done, checkpoints } = wait([{ service: 'Db' }], () => Promise.resolve(isRunning));
    await vi.waitFor(() => {
      expect(checkpoints).toEqual(['waiting for the service "Db"']);
    });
    isRunning = true;
    await done;
  });

  it('fails with what is missing before the start timeout, and ends at a stop', async () => {
    await expect(wait([{ file: 'none' }], undefined, 100).done).rejects.toThrow(
      /none was not there within the start timeout\. Raise timeouts\.start/,
    );
    const { done, abort } = wait([{ tcp: '127.0.0.1:1' }]);
    abort.abort();
    await done;
  });

  it('fails at once for a service that does not exist', async () => {
    const missing = () => Promise.reject(new Error('1060'));
    await expect(wait([{ service: 'None' }], missing).done).rejects.toThrow('1060');
  });
});

describe('commands before and after', () => {
  const node = (code: string, timeout?: number) => ({
    file: process.execPath,
    args: ['-e', code],
    ...(timeout !== undefined && { timeout }),
  });

  it.each([
    ['before', runCommands],
    ['after', runCommandsNow],
  ])('%s run in turn, and their output is that of the service', async (_when, run) => {
    const out: string[] = [];
    vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => out.push(String(chunk)) > 0);
    await run([node("console.log('one')"), node('console.log(process.cwd())')], dir, undefined);
    expect(out.join('')).toBe(`one\n${dir}\n`);
  });

  it.each([
    ['before', runCommands],
    ['after', runCommandsNow],
  ])('%s that fail say which one, and why', async (_when, run) => {
    vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const call = async (...commands: ReturnType<typeof node>[]) => run(commands, dir, undefined);
    await expect(call(node("console.error('no database'); process.exit(3)"))).rejects.toThrow(
      /ended with code 3: no database/,
    );
    await expect(call({ ...node(''), file: join(dir, 'none.exe') })).rejects.toThrow(/none\.exe can't be run/);
    await expect(call(node('setInterval(() => {}, 1000)', 200))).rejects.toThrow(/was ended after 200 ms/);
  });
});

describe('the environment of a hosted program', () => {
  const before = process.cwd();
  afterEach(() => {
    process.chdir(before);
    for (const name of ['HM_OWN', 'HM_FILE', 'HM_BOTH', 'HM_SET']) Reflect.deleteProperty(process.env, name);
  });

  it('has env, then what was set, then the file', () => {
    writeFileSync(join(dir, '.env'), '\uFEFFHM_FILE="ä b"\nHM_BOTH=file\nHM_SET=file\n');
    process.env['HM_SET'] = 'set';
    const env = { HM_OWN: '%HM_FILE%, %HM_SET%, %HM_NONE%', HM_BOTH: 'env' };
    applyEnvironment({ env, envFile: '.env', expandEnv: true }, dir);
    const { HM_OWN, HM_FILE, HM_BOTH, HM_SET } = process.env;
    expect({ HM_OWN, HM_FILE, HM_BOTH, HM_SET }).toEqual({
      HM_OWN: 'ä b, set, %HM_NONE%',
      HM_FILE: 'ä b',
      HM_BOTH: 'env',
      HM_SET: 'set',
    });
    expect(process.cwd()).toBe(dir);
  });

  it('names the folder or file that cannot be used', () => {
    expect(() => {
      applyEnvironment({}, join(dir, 'none'));
    }).toThrow(/The working directory .*none can't be used/);
    expect(() => {
      applyEnvironment({ envFile: 'x.env' }, dir);
    }).toThrow(/The file of variables .*x\.env can't be read/);
  });
});
