// deploy/monitoring against the real Prometheus and Alertmanager.
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createHealth, customCheck } from '../../src/health/index.ts';
import { defineService } from '../../src/index.ts';
import { createMetrics, writeFileSd } from '../../src/metrics/index.ts';
import { createMockScm } from '../../src/testing/index.ts';
import { alertmanagerNotifier, createWatchdog } from '../../src/watchdog/index.ts';
import { eventually } from '../support/eventually.ts';
import { ROOT } from '../support/imports.ts';
import { freePort, NEEDS, programs, Stage, tool } from './programs.ts';

const DEPLOY = join(ROOT, 'deploy', 'monitoring');
const { prometheus = '', promtool = '', alertmanager = '', amtool = '' } = programs ?? {};
const read = (name: string): Promise<string> => readFile(join(DEPLOY, name), 'utf8');
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
    const { panels } = JSON.parse(await read('grafana-dashboard.json')) as { panels: readonly Panel[] };
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
    const used = (await read('winsvc.rules.yml')).match(/\b(?:winsvc|nodejs)_\w+/g) ?? [];
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
    const { panels } = JSON.parse(await read('grafana-dashboard.json')) as { panels: readonly Panel[] };
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
  /** Starts Alertmanager with the route of deploy/monitoring, at the speed of a test. */
  async function startAlertmanager() {
    const { port, alerts } = await stage.receive();
    const own = await freePort();
    const config = (await read('alertmanager.yml'))
      .replaceAll('127.0.0.1:9094', `127.0.0.1:${port}`)
      .replace('group_wait: 10s', 'group_wait: 100ms')
      .replace('group_interval: 5m', 'group_interval: 1s');
    await writeFile(join(folder, 'alertmanager.yml'), config);
    const args = ['--config.file', join(folder, 'alertmanager.yml'), '--storage.path', join(folder, 'alertmanager')];
    const listen = ['--web.listen-address', `127.0.0.1:${own}`, '--cluster.listen-address='];
    await stage.start(alertmanager, [...args, ...listen], `http://127.0.0.1:${own}`);
    return { port: own, alerts };
  }

  /** Starts Prometheus with the configuration and rules of deploy/monitoring, at the speed of a test. */
  async function startPrometheus(alertmanagerPort: number, metricsPort: number): Promise<string> {
    const port = await freePort();
    const config = (await read('prometheus.yml'))
      .replace('127.0.0.1:9093', `127.0.0.1:${alertmanagerPort}`)
      .replaceAll(/_interval: 15s/g, '_interval: 500ms');
    const rules = (await read('winsvc.rules.yml')).replaceAll(/for: \d+m/g, 'for: 1s');
    await mkdir(join(folder, 'targets'));
    await writeFile(join(folder, 'prometheus.yml'), config);
    await writeFile(join(folder, 'winsvc.rules.yml'), rules);
    await writeFileSd(join(folder, 'targets', 'orders.json'), [
      { targets: [`127.0.0.1:${metricsPort}`], labels: { team: 'orders' } },
    ]);
    const url = `http://127.0.0.1:${port}`;
    const files = ['--config.file', join(folder, 'prometheus.yml'), '--storage.tsdb.path', join(folder, 'data')];
    await stage.start(prometheus, [...files, '--web.listen-address', `127.0.0.1:${port}`], url);
    return url;
  }

  it('a killed service fires the alert, the webhook reaches its receiver, and it is resolved when the service runs again', async () => {
    const scm = createMockScm();
    const manager = scm.manager();
    const orders = defineService({ name: 'Orders', ...plain() });
    await manager.install(orders);
    const run = await scm.start(orders);
    const metrics = await createMetrics({ manager, services: ['Orders'], process: false });
    const metricsPort = await stage.serve(() => metrics.metrics(), metrics.contentType);
    const { port, alerts } = await startAlertmanager();
    const url = await startPrometheus(port, metricsPort);
    const query = async (text: string): Promise<string | undefined> => {
      const response = await fetch(`${url}/api/v1/query?${new URLSearchParams({ query: text })}`);
      const { data } = (await response.json()) as { data: { result: { value: [number, string] }[] } };
      return data.result[0]?.value[1];
    };
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
    const { port, alerts } = await startAlertmanager();
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
