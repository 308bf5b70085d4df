import { beforeEach, describe, expect, it } from 'vitest';
import { defineService, type Service } from '../../../src/index.ts';
import { createMockScm, type MockScm } from '../../../src/testing/index.ts';
import { runCli } from './harness.ts';

let scm: MockScm;
let service: Service<'rotate'>;
const seen: string[] = [];

beforeEach(async () => {
  scm = createMockScm();
  seen.length = 0;
  service = defineService({
    name: 'Bestellungen',
    displayName: 'Bestellungen (東京)',
    async start(ctx) {
      seen.push(...ctx.args);
      // Three steps of a second each.
      for (let step = 0; step < 3; step++) {
        await new Promise<void>((resolve) => void scm.clock.setTimeout(resolve, 1_000));
        ctx.checkpoint();
      }
    },
    pause() {},
    resume() {},
    on: { paramChange: () => void seen.push('settings') },
    commands: { rotate: { code: 200, run: () => void seen.push('rotate') } },
  });
  await scm.manager().install(service);
});

describe('moves', () => {
  it('start waits until it runs, with progress on standard error', async () => {
    const { code, stdout, stderr } = await runCli(['start', 'Bestellungen', '--', '-v', 'zwei'], { scm });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Bestellungen is running \(PID \d+\), after 3(\.\d)? s\n$/);
    expect(stderr).toMatch(/^Bestellungen: starting \(checkpoint \d+, wait hint 30 s, PID \d+\), \d s\n/);
    expect(seen).toEqual(['-v', 'zwei']);
  });

  it('start says nothing but JSON with --json', async () => {
    const { json, stderr } = await runCli(['start', 'Bestellungen', '--json'], { scm });
    expect(json).toMatchObject({ service: 'Bestellungen', state: 'running', elapsedMs: expect.any(Number) as number });
    expect(stderr).toBe('');
  });

  it('wipes its line on a terminal', async () => {
    const { stderr } = await runCli(['start', 'Bestellungen'], { scm, terminal: true });
    expect(stderr).toMatch(/^\r\u001b\[2KBestellungen: starting/);
    expect(stderr.endsWith('\r\u001b[2K')).toBe(true);
  });

  it('has exit code 3 when the time is over', async () => {
    const { code, stderr } = await runCli(['start', 'Bestellungen', '--timeout', '1s'], { scm });
    expect(code).toBe(3);
    expect(stderr).toContain('did not become running: it is startPending after 1 s');
  });

  it('Ctrl+C stops waiting, and says what the service is doing', async () => {
    const { code, stderr } = await runCli(['start', 'Bestellungen'], { scm, terminal: true, interruptAt: /starting/ });
    expect(code).toBe(130);
    expect(stderr).toMatch(
      /Interrupted: no longer waiting\. Bestellungen is starting \(checkpoint \d+, wait hint .*\)\.\n$/,
    );
  });

  it('go all the way', async () => {
    const does = async (...argv: string[]): Promise<string> => (await runCli(argv, { scm })).stdout;
    expect(await does('start', 'Bestellungen')).toContain('is running');
    expect(await does('pause', 'Bestellungen')).toContain('is paused');
    expect(await does('resume', 'Bestellungen')).toContain('is running');
    expect(await does('command', 'Bestellungen', '200')).toMatch(/^Bestellungen took command 200; it is running/);
    expect(await does('command', 'Bestellungen', 'ParamChange')).toContain('took command ParamChange; it is running');
    expect(await does('restart', 'Bestellungen')).toContain('is running');
    expect(await does('stop', 'Bestellungen')).toMatch(/^Bestellungen is stopped, after /);
    expect(await does('uninstall', 'Bestellungen')).toBe('Bestellungen is uninstalled\n');
    expect(await does('uninstall', 'Bestellungen', '--missing-ok')).toBe('Bestellungen was not installed\n');
    expect(seen).toEqual(['rotate', 'settings']);
  });
});

describe('the reason of a stop', () => {
  beforeEach(async () => {
    await runCli(['start', 'Bestellungen'], { scm });
  });

  it.each([
    ['upgrade', 'to 2.1'],
    ['unplanned:application:hung', undefined],
    [undefined, 'just so'],
  ])('goes to ControlServiceEx: %s, %s', async (reason, comment) => {
    scm.failNext('ControlServiceExW', 'ERROR_INVALID_PARAMETER');
    const words = [...(reason ? ['--reason', reason] : []), ...(comment ? ['--comment', comment] : [])];
    const refused = await runCli(['stop', 'Bestellungen', ...words], { scm });
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('ERROR_INVALID_PARAMETER');
    expect((await runCli(['stop', 'Bestellungen', ...words], { scm })).code).toBe(0);
  });

  it('is left out where the system does not take it, and that is said', async () => {
    const manager = Object.defineProperty(scm.manager(), 'supportsStopReason', { value: false });
    const { code, stdout, stderr } = await runCli(['restart', 'Bestellungen', '--reason', 'upgrade'], {
      scm,
      manager: () => Promise.resolve(manager),
    });
    expect(code).toBe(0);
    expect(stdout).toContain('is running');
    expect(stderr).toContain('this system has no ControlServiceEx');
  });

  it.each([
    ['upgrad', 'Did you mean upgrade?'],
    ['planned:upgrade', 'one word, or three'],
    ['maybe:application:hung', 'planned or unplanned'],
    ['planned:cellar:hung', 'what it has to do with'],
  ])('%s is wrong usage', async (reason, message) => {
    const run = await runCli(['stop', 'Bestellungen', '--reason', reason], { scm });
    expect(run).toMatchObject({ code: 2, stderr: expect.stringContaining(message) as string });
    expect(scm.runs('Bestellungen').at(-1)?.state).toBe('running');
  });

  it('is refused as a whole when the comment is too long', async () => {
    const run = await runCli(['stop', 'Bestellungen', '--comment', 'x'.repeat(128)], { scm });
    expect(run).toMatchObject({ code: 2, stderr: expect.stringContaining('at most 127 characters') as string });
  });
});

describe('watch', () => {
  it('prints a line for each change, and ends with --until', async () => {
    let started: Promise<unknown> | undefined;
    const { code, stdout } = await runCli(['watch', 'Bestellungen', '--until', 'running', '--json'], {
      scm,
      onOutput: () => {
        started ??= scm.manager().service('Bestellungen').start();
      },
    });
    await started;
    expect(code).toBe(0);
    const states = stdout
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { state: string }).state);
    expect(states).toContain('startPending');
    expect(states.at(-1)).toBe('running');
  });

  it('has exit code 3 when the state does not come', async () => {
    const { code, stderr } = await runCli(['watch', 'Bestellungen', '--until', 'paused', '--timeout', '2s'], { scm });
    expect(code).toBe(3);
    expect(stderr).toContain('did not become paused: it is stopped after 2 s');
  });
});

describe('errors', () => {
  it('a service that does not exist: the nearest name, or that of the display name', async () => {
    const near = await runCli(['start', 'Bestellung'], { scm });
    expect(near.code).toBe(1);
    expect(near.stderr).toContain('1060 ERROR_SERVICE_DOES_NOT_EXIST');
    expect(near.stderr).toContain('Did you mean Bestellungen?');
    const shown = await runCli(['stop', 'bestellungen (東京)'], { scm });
    expect(shown.stderr).toContain('is the display name of the service Bestellungen: use that name.');
  });

  it('as JSON have the code of Windows, and what to do next', async () => {
    const { code, json } = await runCli(['status', 'Nichts', '--json'], { scm });
    expect(code).toBe(1);
    expect(json).toMatchObject({
      error: { code: 'WIN32', win32Code: 1060, symbol: 'ERROR_SERVICE_DOES_NOT_EXIST', service: 'Nichts' },
      next: 'List the services: winsvc list',
    });
  });

  it('a start that fails names the doctor', async () => {
    scm.failNext('StartServiceW', 'ERROR_SERVICE_LOGON_FAILED');
    const { code, stderr } = await runCli(['start', 'Bestellungen'], { scm });
    expect(code).toBe(1);
    expect(stderr).toContain('1069 ERROR_SERVICE_LOGON_FAILED');
    expect(stderr).toContain('Find out why it does not start: winsvc doctor Bestellungen');
  });
});

describe('a program of its own', () => {
  it('needs no name, and knows its commands by theirs', async () => {
    expect(await runCli(['start'], { scm, service })).toMatchObject({ code: 0 });
    expect((await runCli(['command', 'rotate'], { scm, service })).stdout).toMatch(/took command rotate/);
    expect((await runCli(['status'], { scm, service })).stdout).toContain('State: running');
    expect(await runCli(['command', 'rotat'], { scm, service })).toMatchObject({ code: 2 });
  });

  it('has no list, and its help has no service in it', async () => {
    expect(await runCli(['list'], { scm, service })).toMatchObject({ code: 2 });
    const { stdout } = await runCli(['stop', '--help'], { scm, service });
    expect(stdout).toMatch(/^Usage: node service\.js stop \[options\]/);
    expect(stdout).not.toContain('OrdersApi');
  });

  it('runs here with run', async () => {
    const runService = async (args: readonly string[]): Promise<number> => args.length;
    expect(await runCli(['run', 'a', 'b'], { scm, service, runService })).toMatchObject({ code: 2 });
  });
});
