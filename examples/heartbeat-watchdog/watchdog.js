// @ts-check
/** Watches the services of watchdog.yaml, restarts them, sends notices, and shows it on a page. */
import { defineService } from 'winsvc';
import { watchConfig } from 'winsvc/config';
import { httpCheck } from 'winsvc/health';
import { openServiceManager } from 'winsvc/manager';
import { createHeartbeatReceiver } from 'winsvc/heartbeat';
import { createWatchdog, eventLogNotifier, webhookNotifier } from 'winsvc/watchdog';
import { watchdogSchema } from './config.js';
import { openStatusPage } from './status-page.js';

/**
 * A test gives the manager of its mock SCM.
 *
 * @param {{ file?: string | URL, openManager?: () => Promise<import('winsvc/manager').ServiceManager> }} [options]
 */
export function createWatchdogService(options = {}) {
  const { file = new URL('./watchdog.yaml', import.meta.url), openManager = openServiceManager } = options;
  /** @type {() => unknown} */
  let reload = () => undefined;

  return defineService({
    name: 'WinsvcWatchdog',
    displayName: 'winsvc example: watchdog',
    description: 'Watches other services and restarts those that fail.',
    eventLog: true,

    async start(ctx) {
      // A first configuration with a mistake: the start fails, and the log says why.
      const config = await watchConfig({ schema: watchdogSchema, file, env: 'WATCHDOG_' });
      ctx.onShutdown('configuration', () => config.close());
      reload = () => config.reload();
      const manager = await openManager();
      ctx.onShutdown('manager', () => manager.close());
      const { heartbeats, page: where } = config.value;
      const { port, key, timeout } = heartbeats;
      const receiver = createHeartbeatReceiver({ http: { port }, key, timeout });
      ctx.onShutdown('heartbeats', () => receiver.close());
      await receiver.start();
      const page = await openStatusPage({ port: where.port, config, receiver });
      ctx.onShutdown('status page', () => page.close());

      let watchdog = await watch(config.value);
      ctx.onShutdown('watchdog', () => watchdog.close());
      config.on('problem', (error) => ctx.log.warn(`the old configuration stays: ${error.message}`));
      // One change after another: a second one may come while the first is being taken.
      let taking = Promise.resolve();
      config.on('change', (value, changed) => {
        taking = taking.then(async () => {
          await watchdog.close();
          watchdog = await watch(value);
          ctx.log.info(`the configuration changed: ${changed.join(', ')}`);
        });
        taking.catch((error) => ctx.fail(error));
      });
      ctx.log.info(`status page: ${page.url}`);

      /** @param {import('./config.js').WatchdogConfig} value */
      async function watch({ targets, interval, failures, policy, webhook, stateFile }) {
        const watched = createWatchdog({
          targets: targets.map(({ service, url, heartbeat }) => ({
            name: service,
            service: manager.service(service),
            ...(url !== undefined && { checks: [httpCheck(url, { name: 'http' })] }),
            ...(heartbeat !== undefined && { heartbeat: { receiver, sender: heartbeat } }),
          })),
          interval,
          thresholds: { failures },
          policy,
          notify: [eventLogNotifier(ctx.log), ...(webhook ? [webhookNotifier(webhook)] : [])],
          stateFile,
        });
        watched.on('change', ({ name, state, reason }, before) =>
          ctx.log.info(`${name}: ${before} → ${state}`, { reason }),
        );
        watched.on('error', (error) => ctx.log.warn(error.message));
        page.follow(watched);
        await watched.start();
        return watched;
      }
    },

    // `winsvc command WinsvcWatchdog paramChange`, and `… 200`
    on: { paramChange: () => reload() },
    commands: { reload: { code: 200, run: () => reload() } },
  });
}
