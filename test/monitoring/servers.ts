import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileSd } from '../../src/metrics/index.ts';
import { ROOT } from '../support/imports.ts';
import { freePort, programs, type ReceivedAlert, type Stage } from './programs.ts';

const DEPLOY = join(ROOT, 'deploy', 'monitoring');
const { prometheus = '', alertmanager = '' } = programs ?? {};

/** Reads a file of deploy/monitoring. */
export function readDeployed(name: string): Promise<string> {
  return readFile(join(DEPLOY, name), 'utf8');
}

/** Starts Alertmanager with the route of deploy/monitoring, at the speed of a test. Its webhooks come to a receiver. */
export async function startAlertmanager(
  stage: Stage,
  folder: string,
): Promise<{ readonly port: number; readonly alerts: ReceivedAlert[] }> {
  const { port, alerts } = await stage.receive();
  const own = await freePort();
  const config = (await readDeployed('alertmanager.yml'))
    .replaceAll('127.0.0.1:9094', `127.0.0.1:${port}`)
    .replace('group_wait: 10s', 'group_wait: 100ms')
    .replace('group_interval: 5m', 'group_interval: 1s');
  await writeFile(join(folder, 'alertmanager.yml'), config);
  const args = ['--config.file', join(folder, 'alertmanager.yml'), '--storage.path', join(folder, 'alertmanager')];
  const listen = ['--web.listen-address', `127.0.0.1:${own}`, '--cluster.listen-address='];
  await stage.start(alertmanager, [...args, ...listen], `http://127.0.0.1:${own}`);
  return { port: own, alerts };
}

/**
 * Starts Prometheus with the configuration and rules of deploy/monitoring, at the speed of a test.
 *
 * @returns a function that evaluates an expression: its first value
 */
export async function startPrometheus(
  stage: Stage,
  folder: string,
  ports: { readonly alertmanager: number; readonly metrics: number },
): Promise<(expression: string) => Promise<string | undefined>> {
  const port = await freePort();
  const config = (await readDeployed('prometheus.yml'))
    .replace('127.0.0.1:9093', `127.0.0.1:${ports.alertmanager}`)
    .replaceAll(/_interval: 15s/g, '_interval: 500ms');
  const rules = (await readDeployed('winsvc.rules.yml')).replaceAll(/for: \d+m/g, 'for: 1s');
  await mkdir(join(folder, 'targets'));
  await writeFile(join(folder, 'prometheus.yml'), config);
  await writeFile(join(folder, 'winsvc.rules.yml'), rules);
  await writeFileSd(join(folder, 'targets', 'orders.json'), [
    { targets: [`127.0.0.1:${ports.metrics}`], labels: { team: 'orders' } },
  ]);
  const url = `http://127.0.0.1:${port}`;
  const files = ['--config.file', join(folder, 'prometheus.yml'), '--storage.tsdb.path', join(folder, 'data')];
  await stage.start(prometheus, [...files, '--web.listen-address', `127.0.0.1:${port}`], url);
  return async (expression) => {
    const response = await fetch(`${url}/api/v1/query?${new URLSearchParams({ query: expression })}`);
    const { data } = (await response.json()) as { data: { result: { value: [number, string] }[] } };
    return data.result[0]?.value[1];
  };
}
