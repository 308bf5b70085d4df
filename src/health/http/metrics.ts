import type * as Prom from 'prom-client';
import * as z from 'zod/mini';
import { checkOptions } from '../../errors/check-options.ts';
import { optionalPackage } from '../../errors/optional-package.ts';
import { flag, objectWith, text } from '../../util/option-types.ts';
import type { Health } from '../health.ts';
import { HEALTH_STATES } from '../states.ts';
import type { MetricsSource } from './handler.ts';

/** Options of `healthMetrics`. */
export interface HealthMetricsOptions {
  /** Counts the controls that a service receives: what `defineService` gives. */
  readonly service?: ControlSource;
  /** Counts the actions of a watchdog: what `createWatchdog` gives. */
  readonly watchdog?: ActionSource;
  /** Also the process's own metrics: CPU, memory, event loop, garbage collection. Default `true`. */
  readonly process?: boolean;
  /** Begins every name. Default `'winsvc_'`. */
  readonly prefix?: string;
  /** Labels of every value. Default: none. */
  readonly labels?: Readonly<Record<string, string>>;
}

/** Source of controls: a service. */
export interface ControlSource {
  /** Registers a listener. */
  on(event: 'control', fn: (event: { readonly type: string }) => void): unknown;
}

/** Source of actions: a watchdog. */
export interface ActionSource {
  /** Registers a listener. */
  on(event: 'action', fn: (action: { readonly target: string; readonly action: string }) => void): unknown;
}

const schema = z.strictObject({
  service: z.optional(objectWith('on')),
  watchdog: z.optional(objectWith('on')),
  process: z.optional(flag),
  labels: z.optional(z.record(z.string(), z.string('must be a text'), 'must be an object of texts')),
  prefix: z.optional(
    text.check(z.regex(/^[a-zA-Z_:][a-zA-Z0-9_:]*$/, 'must be letters, digits, _ and :, not beginning with a digit')),
  ),
});

/**
 * Metrics in the form that Prometheus reads, in a registry of their own.
 *
 * @throws ServiceError PACKAGE_MISSING without the package prom-client; INVALID_OPTIONS
 * @example
 * const server = await healthServer(health, { port: 9100, metrics: await healthMetrics(health, { service }) });
 */
export async function healthMetrics(health: Health, options: HealthMetricsOptions = {}): Promise<MetricsSource> {
  checkOptions('healthMetrics', schema, options);
  const prom = await optionalPackage('prom-client', 'healthMetrics', () => import('prom-client'));
  const registry = new prom.Registry();
  registry.setDefaultLabels(options.labels ?? {});
  const prefix = options.prefix ?? 'winsvc_';
  if (options.process ?? true) prom.collectDefaultMetrics({ register: registry });
  measureChecks(prom, registry, prefix, health);
  const counter = (name: string, help: string, labelNames: string[]): Prom.Counter =>
    new prom.Counter({ name: prefix + name, help, labelNames, registers: [registry] });
  if (options.service) {
    const controls = counter('controls_total', 'Controls that the service received.', ['control']);
    options.service.on('control', ({ type }) => {
      controls.inc({ control: type });
    });
  }
  if (options.watchdog) {
    const actions = counter('watchdog_actions_total', 'Actions of the watchdog.', ['target', 'action']);
    options.watchdog.on('action', ({ target, action }) => {
      actions.inc({ target, action });
    });
  }
  return { contentType: registry.contentType, metrics: () => registry.metrics() };
}

function measureChecks(prom: typeof Prom, registry: Prom.Registry, prefix: string, health: Health): void {
  const registers = [registry];
  new prom.Gauge({
    name: `${prefix}check_state`,
    help: 'The state of a check: 1 for the one that it is in.',
    labelNames: ['check', 'kind', 'state'],
    registers,
    collect() {
      this.reset();
      for (const { name, kind, state } of health.report().checks) {
        for (const other of HEALTH_STATES) this.set({ check: name, kind, state: other }, other === state ? 1 : 0);
      }
    },
  });
  new prom.Gauge({
    name: `${prefix}ready`,
    help: 'Whether the service is ready.',
    registers,
    collect() {
      this.set(health.is('ready') ? 1 : 0);
    },
  });
  const latency = new prom.Histogram({
    name: `${prefix}check_duration_seconds`,
    help: 'How long a check took.',
    labelNames: ['check'],
    buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 1, 5],
    registers,
  });
  const failures = new prom.Counter({
    name: `${prefix}check_failures_total`,
    help: 'Runs of a check that failed.',
    labelNames: ['check'],
    registers,
  });
  health.on('result', (check, { latencyMs, verdict }) => {
    latency.observe({ check }, latencyMs / 1_000);
    if (verdict === 'fail') failures.inc({ check });
  });
}
