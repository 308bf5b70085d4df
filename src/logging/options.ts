import type { LoggingOptions } from '../scm/run-options.ts';
import { programPath } from '../util/program-path.ts';
import { serviceFolder } from '../util/service-folder.ts';

/** {@link LoggingOptions} with their defaults. */
export interface ResolvedLogging {
  readonly dir: string;
  readonly maxBytes: number;
  readonly maxFiles: number;
  readonly intervalMs: number | undefined;
  readonly compress: boolean;
  readonly captureOutput: boolean;
}

const UNITS = { K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 } as const;
const INTERVALS = { hourly: 3_600_000, daily: 86_400_000 } as const;

/** Fills in the defaults. The options were checked with the definition. */
export function resolveLogging(service: string, options: LoggingOptions): ResolvedLogging {
  const { maxSize = '10M', interval } = options;
  return {
    dir: options.dir === undefined ? defaultLogDir(service) : programPath(options.dir),
    maxBytes:
      typeof maxSize === 'number'
        ? maxSize
        : Number(maxSize.slice(0, -1)) * UNITS[maxSize.slice(-1) as keyof typeof UNITS],
    maxFiles: options.maxFiles ?? 10,
    intervalMs: interval && INTERVALS[interval],
    compress: options.compress ?? false,
    captureOutput: options.captureOutput ?? true,
  };
}

/** Folder of the logs when the definition names none. */
export function defaultLogDir(service: string): string {
  return serviceFolder(service, 'logs');
}
