// deploy/monitoring against the real Prometheus and Alertmanager.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createHealth, customCheck } from '../../src/health/index.ts';
import { defineService } from '../../src/index.ts';
import { createMetrics } from '../../src/metrics/index.ts';
import { createMockScm } from '../../src/testing/index.ts';
import { alertmanagerNotifier, createWatchdog } from '../../src/watchdog/index.ts';
import { eventually } from '../support/eventually.ts';
import { ROOT } from '../support/imports.ts';
import { NEEDS, programs, Stage, tool } from './programs.ts';
import { readDeployed, startAlertmanager, startPrometheus } from './servers.ts';

const DEPLOY = join(ROOT, 'deploy', 'monitoring');
const { promtool = '', amtool = '' } = programs ?? {};
const plain = () => ({ start: () => undefined });

interface Panel {
  readonly title: string;
  readonly targets: readonly { readonly expr: string }[];
}

let folder: string;
let stage: Stage;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'winsvc-monitoring-'));
  stage = new Stage();
});
afterEach(async () => {
  await stage.end();
  await rm(folder, { recursive: true, force: true });
});

/** Everything that the metrics can have. */
async function everyMetric(): Promise<string> {
  const scm = createMockScm();
  const service = defineService({ name: 'Orders', ...plain() });
  const health = createHealth({ checks: [customCheck('a', () => true)] });
  const watchdog = createWatchdog({ targets: [{ name: 'Orders', checks: [customCheck('b', () => true)] }] });
  const metrics = await createMetrics({ service, health, watchdog, manager: scm.manager() });
  const text = await metrics.metrics();
  metrics.close();
  return text;
}

describe('the dashboard', () => {
  it('is JSON whose panels name only metrics that exist', async () => {
    const { panels } = JSON.parse(await readDeployed('grafana-dashboard.json')) as { panels: readonly Panel[] };
    const known = new Set([...(await everyMetric()).matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name));
    const used = panels.flatMap(({ targets }) =>
      targets.flatMap(({ expr }) => expr.match(/\b(?:winsvc|nodejs|process)_\w+/g) ?? []),
    );
    expect(used.length).toBeGreaterThan(10);
    const unknown = used.filter((name) => !known.has(name) && !known.has(name.replace(/_(?:bucket|sum|count)$/, '')));
    expect(unknown).toEqual([]);
  });
});

describe('the rules', () => {
  it('name only metrics that exist', async () => {
    const known = new Set([...(await everyMetric()).matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name));
    const used = (await readDeployed('winsvc.rules.yml')).match(/\b(?:winsvc|nodejs)_\w+/g) ?? [];
    expect(used.filter((name) => !known.has(name) && !known.has(name.replace(/_sum$/, '')))).toEqual([]);
  });
});

describe.skipIf(!programs)(`promtool and amtool${NEEDS}`, () => {
  it('accept the configurations, and the tests of the rules pass', async () => {
    expect(await tool(promtool, 'check', 'config', join(DEPLOY, 'prometheus.yml'))).toContain('SUCCESS');
    expect(await tool(promtool, 'check', 'rules', join(DEPLOY, 'winsvc.rules.yml'))).toContain('SUCCESS');
    expect(await tool(promtool, 'test', 'rules', join(DEPLOY, 'winsvc.rules.test.yml'))).toContain('SUCCESS');
    expect(await tool(amtool, 'check-config', join(DEPLOY, 'alertmanager.yml'))).toContain('SUCCESS');
  });

  it('understand the expressions of the dashboard', async () => {
    const { panels } = JSON.parse(await readDeployed('grafana-dashboard.json')) as { panels: readonly Panel[] };
    const rules = panels
      .flatMap(({ targets }) => targets)
      .map(({ expr }, index) => ({
        record: `dashboard:${index}`,
        expr: expr.replaceAll('$instance', '.*'),
      }));
    const file = join(folder, 'dashboard.yml');
    // JSON is YAML.
    await writeFile(file, JSON.stringify({ groups: [{ name: 'dashboard', rules }] }));
    expect(await tool(promtool, 'check', 'rules', file)).toContain(`${rules.length} rules found`);
  });

  it('find nothing to complain of in the metrics', async () => {
    const path = join(folder, 'metrics.txt');
    // Those of the process are prom-client's.
    const own = (await everyMetric()).split(/\n(?=# HELP )/).filter((part) => part.startsWith('# HELP winsvc_'));
    await writeFile(path, `${own.map((part) => part.trim()).join('\n')}\n`);
    expect(await tool('sh', '-c', `${promtool} check metrics < ${path}`)).toBe('');
  });
});

describe.skipIf(!programs)(`Prometheus and Alertmanager${NEEDS}`, () => {
  it('a killed service fires the alert, the webhook reaches its receiver, and it is resolved when the service runs again', async () => {
    const scm = createMockScm();
    const manager = scm.manager();
    const orders = defineService({ name: 'Orders', ...plain() });
    await manager.install(orders);
    const run = await scm.start(orders);
    const metrics = await createMetrics({ manager, services: ['Orders'], process: false });
    const metricsPort = await stage.serve(() => metrics.metrics(), metrics.contentType);
    const { port, alerts } = await startAlertmanager(stage, folder);
    const query = await startPrometheus(stage, folder, { alertmanager: port, metrics: metricsPort });
    await eventually(async () => {
      expect(await query('winsvc_service_state{name="orders",state="running",team="orders"}')).toBe('1');
    });
    expect(alerts).toEqual([]);

    run.process.kill();
    await eventually(() => {
      expect(alerts).toContainEqual(
        expect.objectContaining({
          path: '/on-call',
          status: 'firing',
          labels: expect.objectContaining({
            alertname: 'WinsvcServiceDown',
            name: 'orders',
            team: 'orders',
          }) as unknown,
        }),
      );
    });
    expect(alerts[0]?.annotations['summary']).toBe(`Service orders on 127.0.0.1:${metricsPort} is stopped.`);

    await scm.start(orders);
    await eventually(() => {
      expect(alerts.at(-1)).toMatchObject({ status: 'resolved', labels: { alertname: 'WinsvcServiceDown' } });
    });
    metrics.close();
  });

  it('takes the alerts of alertmanagerNotifier, and routes them by their severity', async () => {
    const { port, alerts } = await startAlertmanager(stage, folder);
    let works = false;
    const watchdog = createWatchdog({
      targets: [
        {
          name: 'Orders <1>',
          checks: [customCheck('a', () => works, { interval: 20 })],
          policy: { limit: { count: 1, per: '1h' } },
        },
      ],
      thresholds: { failures: 1, confirm: 0, successes: 1 },
      groupFor: 20,
      notify: [alertmanagerNotifier({ url: `http://127.0.0.1:${port}`, labels: { team: 'orders' } })],
    });
    stage.onEnd(() => watchdog.close());
    await watchdog.start();
    await eventually(() => {
      expect(alerts).toContainEqual(
        expect.objectContaining({
          path: '/operations',
          status: 'firing',
          labels: expect.objectContaining({
            alertname: 'WinsvcTargetFailed',
            target: 'Orders <1>',
            team: 'orders',
            severity: 'warning',
          }) as unknown,
        }),
      );
    });
    works = true;
    await eventually(() => {
      expect(alerts.at(-1)).toMatchObject({ status: 'resolved', labels: { alertname: 'WinsvcTargetFailed' } });
    });
  });
});
