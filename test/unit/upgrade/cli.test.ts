import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CliRun, runCli } from '../cli/harness.ts';
import { SERVICE, World } from './world.ts';

let world: World;
beforeEach(async () => {
  world = await World.create();
  await world.play(world.scm.manager().service(SERVICE).start());
});
afterEach(() => world.remove());

const cli = (...argv: string[]): Promise<CliRun> => runCli(argv, { scm: world.scm });

describe('winsvc upgrade and rollback', () => {
  it('upgrades, and rolls back', async () => {
    const from = world.writeRelease('build', { version: '2.0.0' });
    const plan = await cli('upgrade', SERVICE, '--from', from, '--adopt', '--plan');
    expect(plan).toMatchObject({ code: 0, stderr: '' });
    expect(plan.stdout).toMatch(/would be switched:\n {2}1\. keep .*\n {2}2\. copy /);
    const done = await cli('upgrade', SERVICE, '--from', from, '--adopt', '--keep', '2');
    expect(done.code, done.stderr).toBe(0);
    expect(done.stdout).toMatch(
      /^Bestellungen Ü: release Orders Größe → 2\.0\.0, running, down for .* (?:ms|s|min)\n$/,
    );
    expect(done.stderr).toContain('stopping release Orders Größe');
    expect(await world.runs()).toBe('2.0.0');
    const back = await cli('rollback', SERVICE, '--json');
    expect(back.json).toMatchObject({
      from: '2.0.0',
      to: 'Orders Größe',
      started: true,
      releases: ['Orders Größe', '2.0.0'],
    });
    expect(back.stderr).toBe('');
    expect(await world.runs()).toBe('1.0.0');
  });

  it('ends with 1 when the new release fails, and says that the old one is back', async () => {
    const from = world.writeRelease(
      'build',
      { version: '2.0.0', start: 'throws' },
      {
        'package.json': JSON.stringify({ version: '2.0.0', dependencies: { express: '^5' } }),
      },
    );
    const failed = await cli('upgrade', SERVICE, '--from', from, '--adopt');
    expect(failed).toMatchObject({ code: 1, stdout: '' });
    expect(failed.stderr).toMatch(/The service is back on release Orders Größe and runs again, after /);
    expect(failed.stderr).toMatch(/no node_modules for express.*--install/);
    expect(failed.stderr).toContain(`winsvc logs "${SERVICE}"`);
    const asJson = await cli('upgrade', SERVICE, '--from', from, '--adopt', '--json');
    expect(asJson.code).toBe(1);
    expect(asJson.json).toMatchObject({ error: { code: 'UPGRADE_FAILED', details: { restored: true } } });
    expect(await world.runs()).toBe('1.0.0');
  });

  it('goes back at Ctrl+C, says so, and ends with 130', async () => {
    const from = world.writeRelease('build', { version: '2.0.0' });
    const argv = ['upgrade', SERVICE, '--from', from, '--adopt', '--stable-for', '1h'];
    const run = await runCli(argv, { scm: world.scm, interruptAt: /watching it for/ });
    expect(run.stderr).toMatch(
      /2\.0\.0 failed: it was interrupted\.\nThe service is back on release Orders Größe and runs again/,
    );
    expect(run.code).toBe(130);
    expect(await world.runs()).toBe('1.0.0');
  });

  it.each<[string[], RegExp]>([
    [['upgrade', SERVICE], /needs --from/],
    [['upgrade', SERVICE, '--from', 'x', '--folder', 'y'], /--folder is for --adopt/],
    [['upgrade', SERVICE, '--from', 'x', '--keep', 'all'], /--keep must be a whole number/],
    [['upgrade', SERVICE, '--from', 'x', '--keep', '1'], /keep: must be 2 or more/],
    [['upgrade', SERVICE, '--from', 'x', '--as', '../x'], /as: must be a file name/],
    [['upgrade', SERVICE, '--from', 'x', '--script', '../x.js'], /script: must be a path below/],
    [['upgrade', SERVICE, '--from', 'x', '--stable-for', 'long'], /--stable-for must be a time/],
    [['upgrade', SERVICE, '--from', 'x', '--ready-url', 'ftp://x'], /readyUrl: must be an http/],
    [['upgrade', SERVICE, '--from', 'x', '--ready-checks', 'disk'], /tcp:PORT/],
    [['rollback', SERVICE, '--ready-checks', 'none.mjs'], /can't be loaded/],
    [['rollback', SERVICE], /was never upgraded/],
  ])('%j is refused with 2, and nothing happens', async (argv, why) => {
    const { code, stderr } = await cli(...argv);
    expect(stderr).toMatch(why);
    expect(code).toBe(2);
    expect(world.started).toEqual(['1.0.0']);
  });

  it('takes checks by their names and from a module', async () => {
    const from = world.writeRelease(
      'build',
      { version: '2.0.0' },
      {
        'checks.mjs':
          'export default [{ name: "own", kind: "own", options: {}, run: async () => ({ verdict: "fail", message: "too cold" }) }];',
      },
    );
    const failed = await cli(
      'upgrade',
      SERVICE,
      '--from',
      from,
      '--adopt',
      '--ready-timeout',
      '10ms',
      '--ready-checks',
      join(from, 'checks.mjs'),
    );
    expect(failed.stderr).toMatch(/not ready after 10 ms: own: too cold/);
    const done = await cli('upgrade', SERVICE, '--from', from, '--adopt', '--ready-checks', `service:${SERVICE}`);
    expect(done.code, done.stderr).toBe(0);
    const tcp = await cli('rollback', SERVICE, '--ready-timeout', '10ms', '--ready-checks', 'tcp:1');
    expect(tcp.stderr).toMatch(/tcp 127\.0\.0\.1:1: connect ECONNREFUSED/);
  });
});
