import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRig, type Rig } from '../../rig/rig.mjs';
import { request } from '../../scripts/lib/http.ts';
import { removeDemoService } from '../../scripts/lib/real-demo-scm.ts';
import { installWatchdogServices } from '../../scripts/lib/real-watchdog-stage.ts';
import { PACE, type WatchdogFiles } from '../../scripts/lib/watchdog-files.ts';
import { DETECTION_LIMIT_MS, type WatchdogStage } from '../../scripts/lib/watchdog-scenario.ts';
import { stagePackage, type Stage } from '../support/stage.mjs';

const NAMES = { orders: 'winsvc Wächter orders', mailer: 'winsvc Wächter mailer', watchdog: 'winsvc Wächter' };
const WAIT = { timeout: 30_000, interval: 20 };
interface Page {
  readonly targets: readonly { name: string; state: string; restarts: number; heartbeatAt?: string }[];
  readonly events: readonly { at: string; text: string }[];
  readonly problem?: string;
}

let rig: Rig;
let stage: Stage;
let scm: WatchdogStage;
let files: WatchdogFiles;

beforeAll(async () => {
  rig = await openRig();
  stage = await stagePackage({ rig, packages: ['yaml'] });
  ({ scm, files } = await installWatchdogServices(rig, stage, NAMES, ['none']));
  for (const name of [NAMES.orders, NAMES.mailer, NAMES.watchdog]) await scm.start(name);
});
afterAll(async () => {
  for (const name of Object.values(NAMES)) await removeDemoService(rig.agent, name);
  await rig.close();
  await stage.remove();
});

const page = async (): Promise<Page> => JSON.parse((await request(files.pagePort, '/state')).text) as Page;
const target = async (name: string) => (await page()).targets.find((its) => its.name === name);
const pidOf = async (name: string) => (await rig.agent.status(name)).pid;

describe('examples/heartbeat-watchdog on the real SCM', () => {
  it('sees both services and their heartbeats', async () => {
    await expect
      .poll(page, WAIT)
      .toMatchObject({ targets: [NAMES.orders, NAMES.mailer].map((name) => ({ name, state: 'normal' })) });
    await expect
      .poll(async () => (await page()).targets.every((its) => its.heartbeatAt !== undefined), WAIT)
      .toBe(true);
  });

  it.each([1, 2])('restarts a killed service within threshold × interval + 1 s, for the time no. %i', async (times) => {
    const [before, healthy] = [await pidOf(NAMES.orders), await pidOf(NAMES.mailer)];
    const killed = Date.now();
    await scm.kill?.(NAMES.orders);
    await expect.poll(() => target(NAMES.orders), WAIT).toMatchObject({ state: 'normal', restarts: times });

    const restart = (await page()).events.find(({ text }) => text.startsWith(`${NAMES.orders}: restart`));
    expect(PACE.failures * PACE.intervalMs + 1_000).toBe(DETECTION_LIMIT_MS);
    // What is measured is the detection: how long node.exe takes to start isn't the watchdog's.
    expect(Date.parse(restart!.at) - killed).toBeLessThanOrEqual(DETECTION_LIMIT_MS);
    expect(await scm.state(NAMES.orders)).toBe('RUNNING');
    expect(await pidOf(NAMES.orders)).not.toBe(before);

    expect(await target(NAMES.mailer)).toMatchObject({ restarts: 0 });
    expect(await pidOf(NAMES.mailer)).toBe(healthy);
  });

  it('keeps its configuration when the new one is wrong, and takes a good one by the command and PARAMCHANGE', async () => {
    await files.rewrite('soon');
    await scm.reload();
    await expect.poll(async () => (await page()).problem, WAIT).toContain('interval: must be milliseconds');
    expect((await page()).targets).toHaveLength(2);
    await files.rewrite('600ms');
    const PARAMCHANGE = 6;
    await rig.agent.control(NAMES.watchdog, PARAMCHANGE);
    await expect.poll(async () => (await page()).problem, WAIT).toBeUndefined();
    expect(await target(NAMES.mailer)).toMatchObject({ restarts: 0 });
  });

  it('leaves a service alone that somebody stops', async () => {
    await scm.stop(NAMES.mailer);
    await expect.poll(() => target(NAMES.mailer), WAIT).toMatchObject({ state: 'off', restarts: 0 });
    expect(await scm.state(NAMES.mailer)).toBe('STOPPED');
  });
});
