import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createMockScm } from '../../src/testing/index.ts';
import { ROOT } from '../support/imports.ts';
import { runCli } from '../unit/cli/harness.ts';

const EXAMPLE = join(ROOT, 'examples/hosting');
const commands = [...readFileSync(join(EXAMPLE, 'README.md'), 'utf8').matchAll(/^> npx winsvc (.+)$/gm)].map(
  ([, line = '']) => line.split(' '),
);

describe('examples/hosting', () => {
  let dir: string;
  const before = process.cwd();
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'winsvc hosting example '));
    cpSync(EXAMPLE, dir, { recursive: true });
    const own = join(dir, 'node_modules/winsvc');
    mkdirSync(join(own, 'dist'), { recursive: true });
    writeFileSync(join(own, 'package.json'), '{ "version": "1.0.0" }');
    writeFileSync(join(own, 'dist/hosted.cjs'), '');
    process.chdir(dir);
  });
  afterEach(() => {
    process.chdir(before);
    rmSync(dir, { recursive: true });
  });

  it('has commands that work, in its README', async () => {
    expect(commands.map(([verb]) => verb)).toEqual([
      ...['run', 'install', 'status', 'logs', 'uninstall', 'install', 'ensure'],
    ]);
    const scm = createMockScm();
    for (const [verb = '', ...args] of commands) {
      // These need the program itself: the next test runs it.
      if (verb === 'run' || verb === 'logs') continue;
      const words = args.filter((word) => word !== '--now');
      const { code, stderr } = await runCli([verb, ...words], { scm });
      expect({ verb, code, stderr }).toMatchObject({ code: 0 });
    }
    const { imagePath, host } = await scm.manager().service('WinsvcHosting').config();
    expect(imagePath).toMatch(/"--require=.*hosted\.cjs" "?.*server\.js"?$/);
    expect(host).toEqual({ ready: { url: 'http://127.0.0.1:3000/' }, limits: { memory: '512M' } });
  });

  it('runs in a terminal: ready when it listens, a stop answers the request in flight', async () => {
    const port = 23_000 + (process.pid % 1_000);
    const tsx = import.meta.resolve('tsx');
    const script = join(ROOT, 'src/run-hosted.ts');
    const child: ChildProcess = spawn(process.execPath, ['--import', tsx, script, '{}', join(dir, 'server.js')], {
      env: { ...process.env, PORT: String(port) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output += String(chunk)));
    try {
      await vi.waitFor(() => {
        expect(output).toContain('Ready: a server listens');
      }, 30_000);
      expect(output).toContain(`listening on ${port}`);
      const slow = fetch(`http://127.0.0.1:${port}/slow`).then((response) => response.text());
      await (await fetch(`http://127.0.0.1:${port}/`)).text();
      child.kill('SIGTERM');
      expect(await slow).toBe('slow\n');
      expect(await once(child, 'exit')).toEqual([0, null]);
    } finally {
      child.kill('SIGKILL');
    }
  }, 60_000);
});
