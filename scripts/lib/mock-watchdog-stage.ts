import type { Service } from 'winsvc';
import type { ServiceManager } from 'winsvc/manager';
import { createMockScm } from 'winsvc/testing';
import { scmName } from './demo-scm.ts';
import type { WatchdogStage } from './watchdog-scenario.ts';

type AnyService = Service<never> | Service<string>;

/** The three services on one mock SCM, on the real time: they do real I/O. */
export function createMockWatchdogStage(
  services: (openManager: () => Promise<ServiceManager>) => readonly AnyService[],
): WatchdogStage {
  const scm = createMockScm({ clock: 'real' });
  const all = services(() => Promise.resolve(scm.manager()));
  const manager = scm.manager();
  const watchdog = all.find(({ name }) => name === 'WinsvcWatchdog') as Service<'reload'>;
  return {
    async start(name) {
      const service = all.find((its) => its.name === name);
      if (!service) throw new Error(`There is no service ${name}.`);
      await scm.start(service);
    },
    async stop(name) {
      await manager.service(name).stop();
    },
    state: async (name) => scmName((await manager.service(name).status()).state),
    async reload() {
      await manager.service(watchdog).command('reload');
    },
  };
}
