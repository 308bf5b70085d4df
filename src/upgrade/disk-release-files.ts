import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ServiceError } from '../errors/service-error.ts';
import { sweepTemporaries, writeFileAtomic } from '../util/atomic-file.ts';
import { retryBusy } from '../util/retry-busy.ts';
import { inspectSource } from './source/source-content.ts';
import { stageSource } from './source/stage-source.ts';
import { STATE_FILE } from './state/release-state.ts';
import type { ReleaseFiles } from './upgrade-parts.ts';

/** Place of a copy that isn't whole yet. One upgrade of a service runs at a time. */
const STAGING = '.incoming';
/** Longest time to try while a virus scanner or the process of the old release holds a file, in milliseconds. */
const BUSY_LIMIT_MS = 10_000;

/**
 * Files of releases on this machine, or on another one through its shares.
 *
 * @param at turns a path of the machine into one that this process can open
 */
export function createDiskReleaseFiles(at: (path: string) => string = (path) => path): ReleaseFiles {
  return {
    async readState(root) {
      const file = join(at(root), STATE_FILE);
      let text: string;
      try {
        text = await readFile(file, 'utf8');
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
        throw error;
      }
      try {
        return JSON.parse(text) as unknown;
      } catch (cause) {
        throw new ServiceError(
          'RELEASE_INVALID',
          `The record of the releases, ${file}, is damaged: ${(cause as Error).message}. Restore it from a backup.`,
          {
            cause,
            details: { file },
          },
        );
      }
    },
    async writeState(root, state) {
      const file = join(at(root), STATE_FILE);
      await mkdir(at(root), { recursive: true });
      await sweepTemporaries(file);
      await writeFileAtomic(file, `${JSON.stringify(state, undefined, 2)}\n`);
    },
    async programFolder(file) {
      const own = dirname(file);
      for (let folder = own; dirname(folder) !== folder; folder = dirname(folder))
        if (await isNamedPackage(join(at(folder), 'package.json'))) return folder;
      return own;
    },
    inspect: inspectSource,
    async stage(root, content, limits, signal) {
      const staging = join(at(root), STAGING);
      await remove(staging);
      await stageSource(content, staging, limits, signal);
    },
    publish: (root, folder) => retryBusy(() => rename(join(at(root), STAGING), at(folder)), BUSY_LIMIT_MS),
    pathTo: (folder) => Promise.resolve(at(folder)),
    async missingPackages(folder) {
      const { dependencies } = await readManifest(join(at(folder), 'package.json'));
      const names = typeof dependencies === 'object' && dependencies !== null ? Object.keys(dependencies) : [];
      return names.filter((name) => !isInstalled(at(folder), name));
    },
    discard: (root) => remove(join(at(root), STAGING)),
    remove: (folder) => remove(at(folder)),
  };
}

async function remove(folder: string): Promise<void> {
  if (existsSync(folder)) await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}

/** Finds a package as Node does: in the folder and above it. */
function isInstalled(folder: string, name: string): boolean {
  if (existsSync(join(folder, 'node_modules', name))) return true;
  const above = dirname(folder);
  return above !== folder && isInstalled(above, name);
}

/** A package.json without a name only sets the type of modules below it. */
async function isNamedPackage(file: string): Promise<boolean> {
  return typeof (await readManifest(file)).name === 'string';
}

async function readManifest(file: string): Promise<{ readonly name?: unknown; readonly dependencies?: unknown }> {
  try {
    return (JSON.parse((await readFile(file, 'utf8')).replace(/^\uFEFF/, '')) ?? {}) as object;
  } catch {
    return {};
  }
}
