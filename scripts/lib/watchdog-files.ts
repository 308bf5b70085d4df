import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { freePort } from './http.ts';

/** The names that the three services have in the SCM. */
export interface WatchdogNames {
  readonly watchdog: string;
  readonly orders: string;
  readonly mailer: string;
}

/** How fast the demo lives: the example's own files are for every day. */
export const PACE = { intervalMs: 1_000, failures: 3, heartbeatMs: 500, lostAfterMs: 3_000, faultAfterMs: 5_000 };

/** The files of examples/heartbeat-watchdog, for a demo or a test. */
export interface WatchdogFiles {
  readonly pagePort: number;
  readonly watchdog: string;
  readonly orders: string;
  readonly mailer: string;
  /** Writes watchdog.yaml anew, with other text in place of its line for `interval`. */
  rewrite(interval: string): Promise<void>;
}

/**
 * @param folder where they go
 * @param pathOf how the services' system names a file there
 */
export async function writeWatchdogFiles(
  folder: string,
  names: WatchdogNames,
  options: {
    readonly faults: readonly string[];
    readonly webhook?: string;
    readonly pathOf?: (path: string) => string;
  },
): Promise<WatchdogFiles> {
  const { faults, webhook, pathOf = (path: string): string => path } = options;
  const [pagePort, beatPort, ordersPort] = [await freePort(), await freePort(), await freePort()];
  const key = 'a key for the demo only';
  const beats = { url: `http://127.0.0.1:${beatPort}/heartbeat`, every: `${PACE.heartbeatMs}ms`, key };
  const at = (file: string): string => join(folder, file);
  const watchdog = {
    page: { port: pagePort },
    heartbeats: { port: beatPort, key, timeout: `${PACE.lostAfterMs}ms` },
    interval: `${PACE.intervalMs}ms`,
    failures: PACE.failures,
    policy: { backoff: '500ms', stableAfter: '10m', limit: { count: 5, per: '1h' }, quiet: '1h' },
    targets: [
      { service: names.orders, url: `http://127.0.0.1:${ordersPort}/readyz`, heartbeat: 'orders' },
      { service: names.mailer, heartbeat: 'mailer' },
    ],
    ...(webhook !== undefined && { webhook: { url: webhook, format: 'json' } }),
    stateFile: pathOf(at('watchdog-state.json')),
  };
  const mailer = {
    heartbeats: beats,
    every: '300ms',
    faults,
    after: `${PACE.faultAfterMs}ms`,
    livesFile: pathOf(at('mailer-lives')),
  };
  const good = stringify(watchdog);
  await writeFile(at('watchdog.yaml'), good);
  await writeFile(at('orders.yaml'), stringify({ port: ordersPort, heartbeats: beats }));
  await writeFile(at('mailer.yaml'), stringify(mailer));
  return {
    pagePort,
    watchdog: at('watchdog.yaml'),
    orders: at('orders.yaml'),
    mailer: at('mailer.yaml'),
    rewrite: (interval) => writeFile(at('watchdog.yaml'), good.replace(/^interval:.*$/m, `interval: ${interval}`)),
  };
}
