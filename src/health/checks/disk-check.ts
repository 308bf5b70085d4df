import { statfs } from 'node:fs/promises';
import { parse, resolve } from 'node:path';
import * as z from 'zod/mini';
import { fn, number, text } from '../../util/option-types.ts';
import { type Check, type CheckOptions, fail, pass } from '../check.ts';
import { checkCheck } from '../check-options.ts';

/** Options of `diskCheck`. */
export interface DiskCheckOptions extends CheckOptions {
  /** Path on the disk. Default: the root of the disk with the program. */
  readonly path?: string;
  /** Name of the check. Default `'disk PATH'`. */
  readonly name?: string;
  /** Least free space, in bytes; less is a failure. Default 500 MiB; 0 turns that off. */
  readonly minFree?: number;
  /** Least free part of the disk, from 0 to 1; less is a failure. Default 0.05. */
  readonly minFreePart?: number;
  /** Source of the measured values, for tests. Default `fs.statfs`. */
  readonly statfs?: (
    path: string,
  ) => Promise<{ readonly bsize: number; readonly blocks: number; readonly bavail: number }>;
}

const shape = {
  path: z.optional(text),
  minFree: z.optional(number(0)),
  minFreePart: z.optional(number(0, 1)),
  statfs: z.optional(fn),
};

/** Watches the free space of a disk. @throws ServiceError INVALID_OPTIONS */
export function diskCheck(options: DiskCheckOptions = {}): Check {
  checkCheck('diskCheck', shape, options);
  const { path = programRoot(), minFree = 500 * 1_048_576, minFreePart = 0.05 } = options;
  return {
    name: options.name ?? `disk ${path}`,
    kind: 'disk',
    options,
    async run() {
      const { bsize, blocks, bavail } = await (options.statfs ?? statfs)(path);
      const free = bavail * bsize;
      const part = blocks > 0 ? bavail / blocks : 1;
      const data = { free, total: blocks * bsize };
      if (free < minFree || part < minFreePart) {
        return fail(`${(free / 1_048_576).toFixed(0)} MiB free, ${(part * 100).toFixed(1)} %`, data);
      }
      return pass(data);
    },
  };
}

/** The root of the drive with the program. `/` would be the current drive, which for a service is that of System32. */
export function programRoot(program = process.argv[1] ?? process.execPath): string {
  return parse(resolve(program)).root;
}
