import { homedir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { checkOptions } from '../errors/check-options.ts';
import { flag, text, wholeNumber } from '../util/option-types.ts';

/** Where the output of a service goes: it has no console. */
export interface LoggingOptions {
  /** Default `%ProgramData%\<service>\logs`. It is made, for the account of the service and administrators only. */
  readonly dir?: string;
  /** A file that grows beyond this is put aside. A number of bytes or `'500K'`, `'10M'` (default), `'1G'`. */
  readonly maxSize?: number | `${number}${'K' | 'M' | 'G'}`;
  /** How many old files of each kind are kept. Default 10. */
  readonly maxFiles?: number;
  /** Also put aside by time. Default: by size only. */
  readonly interval?: 'hourly' | 'daily';
  /** Old files are compressed with gzip. Default `false`. */
  readonly compress?: boolean;
  /** Standard output, standard error and console go to files too. Default `true`. */
  readonly captureOutput?: boolean;
}

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

const schema = z.strictObject({
  dir: z.optional(text),
  maxSize: z.optional(
    z.union(
      [wholeNumber(1), z.string().check(z.regex(/^[1-9]\d*[KMG]$/))],
      "must be a number of bytes or a text such as '500K', '10M', '1G'",
    ),
  ),
  maxFiles: z.optional(wholeNumber(1)),
  interval: z.optional(z.enum(['hourly', 'daily'], "must be 'hourly' or 'daily'")),
  compress: z.optional(flag),
  captureOutput: z.optional(flag),
});

/** @throws ServiceError INVALID_OPTIONS */
export function resolveLogging(service: string, options: LoggingOptions): ResolvedLogging {
  checkOptions(`logging of service "${service}"`, schema, options);
  const { maxSize = '10M', interval } = options;
  return {
    dir: options.dir ?? defaultLogDir(service),
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
  // What a service may be called and a folder may not.
  const folder = service.replace(/[<>:"|?*]/g, '_');
  const base = process.env['ProgramData'] ?? join(homedir(), '.local', 'state');
  return join(base, folder, 'logs');
}
