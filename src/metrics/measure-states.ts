import type { Instruments } from './instruments.ts';
import { setState } from './measure-service.ts';
import type { ListedState, MetricsOptions } from './metrics-options.ts';

/**
 * Measures states and restarts of services: of this process, and of a machine.
 *
 * @returns a function that lists the services of the machine: call it before the values are read
 */
export function measureStates(
  instruments: Instruments,
  { service, manager, services }: MetricsOptions,
): () => Promise<void> {
  const wanted = services && new Set(services.map((name) => name.toLowerCase()));
  let listed: readonly ListedState[] = [];
  instruments.gauge(
    'service_state',
    'State of a service, by the names of windows_exporter: 1 for the state that it is in.',
    ['name', 'state'],
    (gauge) => {
      if (service) setState(gauge, service.name, service.state);
      for (const { name, state } of listed) setState(gauge, name, state);
    },
  );
  if (!manager) return () => Promise.resolve();

  const restarts = instruments.counter(
    'service_restarts_total',
    'Times that a service had another process than at the scrapes before.',
    ['name'],
  );
  const failures = instruments.counter('service_list_failures_total', 'Scrapes that could not list the services.');
  const pids = new Map<string, number>();
  const countRestart = (name: string, pid: number | undefined): void => {
    const before = pids.get(name);
    restarts.inc({ name }, pid && before !== undefined && before !== pid ? 1 : 0);
    if (pid) pids.set(name, pid);
  };
  return async () => {
    try {
      const all = await manager.list();
      listed = wanted ? all.filter(({ name }) => wanted.has(name.toLowerCase())) : all;
      for (const { name, pid } of listed) countRestart(name.toLowerCase(), pid);
    } catch {
      // The other values stay readable, and old states must not look like new ones.
      listed = [];
      failures.inc();
    }
  };
}
