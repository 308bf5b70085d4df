import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { LoggingOptions } from '../service/definition.ts';

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
    dir: options.dir === undefined ? defaultLogDir(service) : resolve(options.dir),
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

/** `%ProgramData%\<service>\logs`; elsewhere, for trying things out, a folder of the user. */
export function defaultLogDir(service: string): string {
  const [base = ''] = logRoots();
  return join(base, fileName(service), 'logs');
}

/**
 * Below which the folders of services are: the first for this process, the others for one that has other variables. Wine
 * gives its services a different `ProgramData` than programs, or none.
 */
export function logRoots(): string[] {
  if (process.platform !== 'win32') return [join(homedir(), '.local', 'state')];
  const { ProgramData, ALLUSERSPROFILE, PUBLIC, SystemDrive = 'C:' } = process.env;
  const roots = [ProgramData, `${SystemDrive}\\ProgramData`, ALLUSERSPROFILE, PUBLIC];
  return [...new Set(roots.filter((root) => root !== undefined))];
}

/** What a service may be called and a file may not. */
export function fileName(service: string): string {
  return service.replace(/[<>:"|?*]/g, '_');
}
