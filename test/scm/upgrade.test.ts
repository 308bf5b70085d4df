import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { create } from 'tar';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRig } from '../../rig/rig.mjs';
import { removeService } from '../contract/support/remove-service.ts';
import { eventually } from '../support/eventually.ts';
import { type Stage, stagePackage } from '../support/stage.mjs';
import { type Ended, runCommand, startCommand } from './cli-fixtures/run-command.ts';
import { applyLoad } from './upgrade-fixtures/apply-load.ts';
import { freePort } from '../../scripts/lib/http.ts';

const SERVICE = 'winsvc Upgrade Ü';
/** For the program's state, the poll of the SCM, and the scheduler of a loaded machine. */
const SLACK_MS = 300;

let rig: Awaited<ReturnType<typeof openRig>>;
let stage: Stage;
let port: number;
let app: string;

beforeAll(async () => {
  rig = await openRig();
  stage = await stagePackage({ rig, packages: ['express'] });
  await removeService(rig.agent, SERVICE);
  port = await freePort();
  app = await stage.add('examples/express-app', 'Orders Größe');
  setVersion(app, '1.0.0');
  // Wine gives a service no variables of its own.
  const service = join(app, 'service.js');
  writeFileSync(service, readFileSync(service, 'utf8').replace('PORT = 3000', `PORT = ${port}`));
  const installed = await winsvc(
    'install',
    rig.winPath(join(app, 'main.js')),
    '--name',
    SERVICE,
    '--now',
    '--account',
    'localSystem',
  );
  expect(installed.code, installed.stderr).toBe(0);
});
afterAll(async () => {
  await removeService(rig.agent, SERVICE);
  await rig.close();
  await stage.remove();
});

const bin = (): string => rig.winPath(join(stage.nodeModules, 'winsvc/dist/cli/bin.js'));
const winsvc = (...args: string[]): Promise<Ended> => runCommand(rig, stage, rig.nodeExe, [bin(), ...args]);
const parse = ({ stdout }: Ended): Record<string, unknown> => JSON.parse(stdout) as Record<string, unknown>;

/** Gives an app a version, and a route that says it. */
function setVersion(folder: string, version: string): void {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as object;
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ ...manifest, name: 'orders', version }));
  const file = join(folder, 'app.js');
  const source = readFileSync(file, 'utf8').replace(/app\.get\('\/version'.*\n/, '');
  writeFileSync(
    file,
    source.replace(
      "app.get('/stats'",
      `app.get('/version', (_req, res) => void res.send('${version}'));\napp.get('/stats'`,
    ),
  );
}

/** A release as an archive of npm pack. */
async function pack(version: string, start = ''): Promise<string> {
  const folder = join(stage.dir, `pack-${version}`, 'package');
  cpSync(app, folder, { recursive: true });
  setVersion(folder, version);
  const service = join(folder, 'service.js');
  writeFileSync(service, readFileSync(service, 'utf8').replace('paused = false;\n', `paused = false;\n    ${start}\n`));
  const file = join(stage.dir, `orders-${version}.tgz`);
  await create({ file, cwd: join(folder, '..'), gzip: true }, ['package']);
  return rig.winPath(file);
}

async function version(): Promise<string> {
  return (await fetch(`http://127.0.0.1:${port}/version`)).text();
}

describe('winsvc upgrade on a real SCM', () => {
  it('upgrades the Express example under 200 requests a second: none fails for longer than stop and start', async () => {
    expect(await version()).toBe('1.0.0');
    const from = await pack('2.0.0');
    const load = applyLoad(`http://127.0.0.1:${port}/version`, 200);
    await eventually(() => expect(load.answered).toBeGreaterThan(200));
    const upgraded = await winsvc(
      'upgrade',
      SERVICE,
      '--from',
      from,
      '--adopt',
      '--ready-url',
      `http://127.0.0.1:${port}/version`,
      '--stable-for',
      '1s',
      '--json',
    );
    expect(upgraded.code, upgraded.stdout).toBe(0);
    const { sent, failed, outageMs, answers, reasons, timeline } = await load.stop();
    const { times, ...result } = parse(upgraded) as {
      times: { stoppedMs: number; runningMs: number; readyMs: number };
    };
    process.stdout.write(
      `upgrade under load: ${sent} requests, ${failed} failed (${JSON.stringify(reasons)}), longest outage ${outageMs} ms; stop ${Math.round(times.stoppedMs)} ms, running after ${Math.round(times.runningMs)} ms, ready after ${Math.round(times.readyMs)} ms\n`,
    );
    expect(result).toMatchObject({ service: SERVICE, from: 'Orders Größe', to: '2.0.0', started: true, warnings: [] });
    expect(await version()).toBe('2.0.0');
    expect([...answers].sort()).toEqual(['1.0.0', '2.0.0']);
    expect(outageMs, timeline).toBeLessThanOrEqual(times.runningMs + SLACK_MS);
    const folder = join(`${app}.releases`, SERVICE);
    expect(readdirSync(folder).sort()).toEqual(['2.0.0', 'releases.json']);
    const { imagePath } = await rig.agent.config(SERVICE);
    expect(imagePath).toContain(rig.winPath(join(folder, '2.0.0', 'main.js')));
  }, 180_000);

  it('is back on the old release within start timeout and 2 s when the new one fails', async () => {
    const throws = await winsvc(
      'upgrade',
      SERVICE,
      '--from',
      await pack('3.0.0', "throw new Error('no database');"),
      '--json',
    );
    expect(throws.code, throws.stdout).toBe(1);
    const { error } = parse(throws) as { error: { details: { downtimeMs: number } } };
    expect(error).toMatchObject({ code: 'UPGRADE_FAILED', details: { restored: true, from: '2.0.0', to: '3.0.0' } });
    expect(await version()).toBe('2.0.0');

    const hangs = await winsvc(
      'upgrade',
      SERVICE,
      '--from',
      await pack('3.0.1', 'await new Promise((r) => setTimeout(r, 25_000));'),
      '--start-timeout',
      '6s',
      '--json',
    );
    expect(hangs.code, hangs.stdout).toBe(1);
    const second = (parse(hangs) as { error: { message: string; details: { downtimeMs: number } } }).error;
    expect(second.details).toMatchObject({ restored: true });
    process.stdout.write(
      `broken releases: back after ${Math.round(error.details.downtimeMs)} ms (start fails), ${Math.round(second.details.downtimeMs)} ms (start hangs, start timeout 6 s)\n`,
    );
    expect(await version()).toBe('2.0.0');
    expect(readdirSync(join(`${app}.releases`, SERVICE)).sort()).toEqual(['2.0.0', 'releases.json']);
    expect(error.details.downtimeMs).toBeLessThan(30_000 + 2_000);
    // More than for the release that fails at once, which is stopped and started in the same time. Wine's SCM sees the end
    // of a killed process at the next start, some seconds late; the 2 s are proven in virtual time, in test/unit/upgrade.
    expect(second.details.downtimeMs - error.details.downtimeMs).toBeLessThan(6_000 + 2_000 + 5_000);
  }, 180_000);

  it('undoes by the next call what an upgrader that was killed had begun', async () => {
    const from = await pack('4.0.0', 'await new Promise((r) => setTimeout(r, 8_000));');
    const upgrader = startCommand(rig, stage, rig.nodeExe, [bin(), 'upgrade', SERVICE, '--from', from]);
    const state = join(`${app}.releases`, SERVICE, 'releases.json');
    try {
      // On a loaded machine the process alone takes long to start.
      const wait = { timeout: 90_000, interval: 20 };
      await eventually(
        () => expect(JSON.parse(readFileSync(state, 'utf8'))).toMatchObject({ pending: { phase: 'start' } }),
        wait,
      );
    } finally {
      upgrader.kill();
      await upgrader.ended;
    }
    const undone = await winsvc('rollback', SERVICE, '--json');
    expect(undone.code, undone.stdout).toBe(0);
    expect(parse(undone)).toMatchObject({ recovered: { from: '2.0.0', to: '4.0.0' }, to: '2.0.0', started: true });
    expect(await version()).toBe('2.0.0');
    expect(existsSync(join(`${app}.releases`, SERVICE, '4.0.0'))).toBe(false);
  }, 180_000);

  it('rolls back to the folder that it was installed from', async () => {
    const back = await winsvc('rollback', SERVICE);
    expect(back.code, back.stderr).toBe(0);
    expect(back.stdout).toMatch(/release 2\.0\.0 → Orders Größe, running, down for /);
    expect(await version()).toBe('1.0.0');
  });
});
