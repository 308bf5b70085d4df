import { optionalPackage } from '../errors/optional-package.ts';
import type { MetricsSource } from '../health/index.ts';
import { writeFileAtomic } from '../util/atomic-file.ts';
import { programPath } from '../util/program-path.ts';
import { Instruments } from './instruments.ts';
import { measureLogs } from './measure-logs.ts';
import { measureService } from './measure-service.ts';
import { measureStates } from './measure-states.ts';
import { measureWatchdog } from './measure-watchdog.ts';
import { checkMetricsOptions, type MetricsOptions } from './metrics-options.ts';

/** Metrics in the text format of Prometheus. */
export interface Metrics extends MetricsSource {
  /** Type of the text, for the header Content-Type. */
  readonly contentType: string;
  /** Reads every value and returns the text. */
  metrics(): Promise<string>;
  /**
   * Writes the values to a file for the textfile collector of windows_exporter; the name must end with `.prom`. The
   * metrics of the process are left out: windows_exporter has its own under the same names. A relative path begins at
   * the folder of the program.
   *
   * @throws the error of the file system
   */
  writeTextfile(path: string): Promise<void>;
  /** Stops counting. Does nothing the second time. */
  close(): void;
}

/**
 * Measures services, checks, a watchdog and this process for Prometheus. Serve it with `healthServer({ metrics })`, with
 * the admin, or from a route of your own.
 *
 * @throws ServiceError INVALID_OPTIONS; PACKAGE_MISSING without the package prom-client
 * @example
 * const metrics = await createMetrics({ service, health, watchdog });
 * const server = await healthServer(health, { port: 9100, metrics });
 */
export async function createMetrics(options: MetricsOptions): Promise<Metrics> {
  checkMetricsOptions(options);
  const prom = await optionalPackage('prom-client', 'createMetrics', () => import('prom-client'));
  const { service, watchdog, labels = {}, prefix = 'winsvc_' } = options;
  const instruments = new Instruments(prom, prefix, labels);
  const ends: (() => void)[] = [measureLogs(instruments)];
  const refresh = service || options.manager ? measureStates(instruments, options) : () => Promise.resolve();
  if (service) ends.push(measureService(instruments, service));
  if (watchdog) {
    const { WATCHDOG_STATES } = await import('../watchdog/index.ts');
    ends.push(measureWatchdog(instruments, watchdog, WATCHDOG_STATES));
  }
  const parts: MetricsSource[] = [toSource(instruments.registry)];
  const health = options.health ?? watchdog?.health;
  if (health) {
    const { healthMetrics } = await import('../health/index.ts');
    parts.push(await healthMetrics(health, { process: false, prefix, labels }));
  }
  const ofProcess = new prom.Registry();
  ofProcess.setDefaultLabels(labels);
  if (options.process ?? true) prom.collectDefaultMetrics({ register: ofProcess });
  const text = async (sources: readonly MetricsSource[]): Promise<string> => {
    await refresh();
    const texts = await Promise.all(sources.map((source) => source.metrics()));
    return texts.filter((part) => part.trim() !== '').join('\n');
  };
  return {
    contentType: instruments.registry.contentType,
    metrics: () => text([...parts, toSource(ofProcess)]),
    async writeTextfile(path) {
      await writeFileAtomic(programPath(path), await text(parts));
    },
    close() {
      for (const end of ends.splice(0)) end();
    },
  };
}

function toSource(registry: { readonly contentType: string; metrics(): Promise<string> }): MetricsSource {
  return { contentType: registry.contentType, metrics: () => registry.metrics() };
}
