import { realpath, statfs } from 'node:fs/promises';
import { dirname, parse, resolve } from 'node:path';
import * as z from 'zod/mini';
import { fn, number, text } from '../../util/option-types.ts';
import { programPath } from '../../util/program-path.ts';
import { type Check, type CheckOptions, fail, pass } from '../check.ts';
import { checkCheck } from '../check-options.ts';

/** Options of `diskCheck`. */
export interface DiskCheckOptions extends CheckOptions {
  /** Path on the disk; a relative one begins at the folder of the program. Default: the disk with the program. */
  readonly path?: string;
  /** Name of the check. Default `'disk PATH'`, with the drive of the program where there is no `path`. */
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
  const { path, minFree = 500 * 1_048_576, minFreePart = 0.05 } = options;
  const program = resolve(process.argv[1] ?? process.execPath);
  return {
    name: options.name ?? `disk ${path ?? parse(program).root}`,
    kind: 'disk',
    options,
    async run() {
      const { bsize, blocks, bavail } = await (options.statfs ?? statfs)(
        path === undefined ? await folderOf(program) : programPath(path),
      );
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

/**
 * Folder of the program, without links. `/` would be the current drive, which for a service is that of System32; the root
 * of the program's drive would be another disk where a volume is mounted in a folder, or a folder is a link.
 */
async function folderOf(program: string): Promise<string> {
  return dirname(await realpath(program).catch(() => program));
}
