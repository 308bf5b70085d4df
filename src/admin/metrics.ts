import { optionalPackage } from '../errors/optional-package.ts';
import type { ServiceManager } from '../manager/index.ts';
import { EXPORTER_STATES } from '../scm/exporter-states.ts';
import { STATES } from '../scm/states.ts';
import type { AdminMetricsSource } from './options/admin-options.ts';

/**
 * Makes the text of `/metrics`: `windows_service_state{name,state}`, 1 for the state that a service is in.
 *
 * @throws ServiceError PACKAGE_MISSING without prom-client
 */
export async function createServiceMetrics(manager: ServiceManager): Promise<AdminMetricsSource> {
  const { Registry, Gauge } = await optionalPackage(
    'prom-client',
    'createAdmin({ metrics: true })',
    () => import('prom-client'),
  );
  const registry = new Registry();
  new Gauge({
    name: 'windows_service_state',
    help: 'State of a service: 1 for the one that it is in.',
    labelNames: ['name', 'state'],
    registers: [registry],
    async collect() {
      this.reset();
      for (const { name, state } of await manager.list()) {
        for (const other of STATES)
          this.set({ name: name.toLowerCase(), state: EXPORTER_STATES[other] }, other === state ? 1 : 0);
      }
    },
  });
  return { contentType: registry.contentType, metrics: () => registry.metrics() };
}
