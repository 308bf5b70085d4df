// The alert of a killed service, on the real SCM: its state, Prometheus, Alertmanager, a receiver.
import { mkdtemp, rm } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openRig } from '../../rig/rig.mjs';
import { removeService } from '../contract/support/remove-service.ts';
import { eventually } from '../support/eventually.ts';
import { stagePackage } from '../support/stage.mjs';
import { NEEDS, programs, Stage } from './programs.ts';
import { startAlertmanager, startPrometheus } from './servers.ts';

const RUNNING = 4;
/** Of orders.mjs. */
const CRASH = 200;
const ORDERS = `winsvc monitored Größe ${process.pid}`;
const EXPORTER = `winsvc exporter ${process.pid}`;

describe.skipIf(!programs)(`the end of a service on the real SCM${NEEDS}`, () => {
  let rig: Awaited<ReturnType<typeof openRig>>;
  let files: Awaited<ReturnType<typeof stagePackage>>;
  let folder: string;
  let stage: Stage;

  beforeAll(async () => {
    rig = await openRig();
    files = await stagePackage({ rig, packages: ['prom-client'] });
    const program = async (script: string, ...args: string[]): Promise<string> =>
      [rig.nodeExe, await files.add(`test/monitoring/fixtures/${script}`)]
        .map((path) => `"${rig.winPath(path)}"`)
        .concat(args.map((arg) => `"${arg}"`))
        .join(' ');
    await rig.agent.create({ name: ORDERS, imagePath: await program('orders.mjs', ORDERS) });
    const portFile = rig.winPath(join(files.dir, 'port.txt'));
    await rig.agent.create({ name: EXPORTER, imagePath: await program('exporter.mjs', EXPORTER, ORDERS, portFile) });
    for (const name of [ORDERS, EXPORTER]) {
      await rig.agent.start(name);
      await rig.agent.waitFor(name, RUNNING, 60_000);
    }
  });
  beforeEach(async () => {
    stage = new Stage();
    folder = await mkdtemp(join(tmpdir(), 'winsvc-monitoring-'));
  });
  afterEach(async () => {
    await stage.end();
    await rm(folder, { recursive: true, force: true });
  });
  afterAll(async () => {
    for (const name of [ORDERS, EXPORTER]) await removeService(rig.agent, name);
    await rig.close();
    await files.remove();
  });

  const alertOf = (name: string): unknown =>
    expect.objectContaining({
      ...{ path: '/on-call', status: 'firing' },
      labels: expect.objectContaining({ alertname: 'WinsvcServiceDown', name, team: 'orders' }) as unknown,
    });

  async function expectAlert(end: (pid: number) => Promise<unknown>, how: string): Promise<void> {
    const metrics = Number(readFileSync(join(files.dir, 'port.txt'), 'utf8'));
    const { port, alerts } = await startAlertmanager(stage, folder);
    const query = await startPrometheus(stage, folder, { alertmanager: port, metrics });
    const name = ORDERS.toLowerCase();
    await eventually(async () => {
      expect(await query(`winsvc_service_state{name="${name}",state="running",team="orders"}`)).toBe('1');
    });
    expect(alerts).toEqual([]);

    const { pid } = await rig.agent.status(ORDERS);
    const endedAt = Date.now();
    await end(pid);
    await eventually(() => expect(alerts).toContainEqual(alertOf(name)));
    process.stdout.write(
      `a service that ${how}: the alert reached its receiver after ${Date.now() - endedAt} ms (scrapes and rules every 500 ms, for: 1s)\n`,
    );
    expect(alerts[0]?.annotations['summary']).toBe(`Service ${name} on 127.0.0.1:${metrics} is stopped.`);

    await rig.agent.start(ORDERS);
    await rig.agent.waitFor(ORDERS, RUNNING, 60_000);
    await eventually(() => {
      expect(alerts.at(-1)).toMatchObject({ status: 'resolved', labels: { alertname: 'WinsvcServiceDown', name } });
    });
  }

  // Wine 8 goes on calling a killed service running: https://gitlab.winehq.org/wine/wine/-/blob/wine-8.0/programs/services/services.c
  it('by a kill fires an alert that reaches its receiver, and is resolved when the service runs again', async ({
    skip,
  }) => {
    skip(rig.wine === 8, 'Wine 8 sees the end of a killed service at its next start: npm run test:scm10');
    await expectAlert((pid) => rig.agent.kill(pid), 'is killed');
  });

  it('by a crash does so too', async () => {
    await expectAlert(() => rig.agent.control(ORDERS, CRASH), 'crashes');
  });
});
