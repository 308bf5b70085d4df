import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defineService } from 'winsvc';
import { createMockScm, type MockScm } from 'winsvc/testing';
import { formatJsonLine } from '../../../src/util/json-line.ts';
import { type CliRun, type HarnessOptions, runCli } from './harness.ts';

let dir: string;
let scm: MockScm;
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'winsvc cli lögs '));
  scm = createMockScm();
  await scm.manager().install({ name: 'My Örders', imagePath: '"C:\\a.exe"' });
});
afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

const error = new Error('why', { cause: new Error('deeper') });
const put = (): void => {
  writeFileSync(
    join(dir, 'My Örders.log'),
    formatJsonLine('My Örders', 'info', 'ready', { port: 3000 }) +
      formatJsonLine('My Örders', 'error', 'it\u001b[2J broke\nin two lines', { requestId: 7, error }),
  );
  writeFileSync(join(dir, 'My Örders.out.log'), 'a\nb\n');
  writeFileSync(join(dir, 'My Örders.err.log'), 'c\n');
};
const logs = (args: string[] = [], options: HarnessOptions = {}): Promise<CliRun> =>
  runCli(['logs', 'My Örders', '--dir', dir, ...args], { scm, ...options });

describe('logs', () => {
  it('shows records for people, with the stacks below', async () => {
    put();
    const { code, stdout } = await logs();
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^\S+Z INFO {2}ready port=3000\n\S+Z ERROR it \[2J broke requestId=7\n {4}in two lines\n {4}Error: why\n {8}at [^]*\n {4}caused by: Error: deeper\n/,
    );
    expect((await logs([], { terminal: true })).stdout).toContain('\u001b[31mERROR\u001b[39m');
  });

  it('gives the lines as they are with --json', async () => {
    put();
    const { stdout } = await logs(['--json', '--level', 'warn']);
    expect(JSON.parse(stdout)).toMatchObject({ level: 50, requestId: 7, error: { cause: { message: 'deeper' } } });
    expect((await logs(['--json', '--output', 'stderr'])).stdout).toBe('{"stream":"stderr","line":"c"}\n');
  });

  it('shows captured output', async () => {
    put();
    expect((await logs(['--output', 'stdout'])).stdout).toBe('a\nb\n');
    expect((await logs(['--output', 'stdout', '-n', '1'])).stdout).toBe('b\n');
    expect((await logs(['--output', 'all'])).stdout).toBe('stdout a\nstdout b\nstderr c\n');
  });

  it('follows until Ctrl+C, which is no failure', async () => {
    put();
    setTimeout(() => appendFileSync(join(dir, 'My Örders.log'), '{"level":30,"msg":"more"}\n'), 50);
    const { code, stdout, stderr } = await logs(['-f', '-n', '0'], { interruptAt: /more/ });
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: 'INFO  more\n', stderr: '' });
  });

  it('says what to do when there is nothing', async () => {
    const nothing = await logs();
    expect(nothing.code).toBe(1);
    expect(nothing.stderr).toContain(`has no records in ${dir}`);
    expect(nothing.stderr).toContain('winsvc doctor "My Örders"');
    writeFileSync(join(dir, 'My Örders.err.log'), 'c\n');
    expect((await logs()).stderr).toContain('winsvc logs "My Örders" --output all');
    expect((await logs(['--json'])).json).toMatchObject({ error: { code: 'NO_LOGS', dir } });
    const wrong = await runCli(['logs', 'My Orders', '--dir', dir], { scm });
    expect(wrong.code).toBe(1);
    expect(wrong.stderr).toMatch(/1060 ERROR_SERVICE_DOES_NOT_EXIST[^]*Did you mean My Örders\?/);
  });

  it('takes the folder of a program from its definition', async () => {
    put();
    const service = defineService({ name: 'My Örders', logging: { dir }, start: () => undefined });
    expect((await runCli(['logs', '-n', '1', '--output', 'stdout'], { scm, service })).stdout).toBe('b\n');
  });

  it.each([
    [['--since', 'yesterday'], /a time ago such as 30m/],
    [['--lines', '-3'], /--lines needs a value/],
    [['--lines=x'], /whole number/],
    [['--level', 'loud'], /debug, info, warn, error/],
    [['--output', 'out'], /stdout, stderr, all/],
    [['--output', 'all', '--level', 'warn'], /no times and levels/],
    [['--machine', 'server1'], /leave out --machine/],
  ])('refuses %j', async (args, message) => {
    const { code, stderr } = await logs(args);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });
});
