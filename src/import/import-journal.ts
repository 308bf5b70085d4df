import { createHash } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ServiceError } from '../errors/service-error.ts';
import type { InstalledServiceConfig } from '../manager/index.ts';

/** The old service, as it is put back. */
export interface Before {
  readonly config: InstalledServiceConfig;
  readonly wasRunning: boolean;
}

/** Records of replacements that have begun and not ended, so that the next run can finish one that was killed. */
export interface ImportJournal {
  /** Returns the old service of a replacement that did not end. */
  read(service: string): Promise<Before | undefined>;
  /** Writes the old service, before anything is changed. @throws ServiceError NOT_REPLACED */
  write(service: string, before: Before): Promise<void>;
  /** Removes the record: the replacement has ended. */
  remove(service: string): Promise<void>;
}

/**
 * Keeps the records in files.
 *
 * @param folder must be one where only administrators write: a service is restored from it
 */
export function createImportJournal(folder: string): ImportJournal {
  // Names of services have no case, and can have any character.
  const fileOf = (service: string): string =>
    join(folder, `${createHash('sha256').update(service.toLowerCase()).digest('hex')}.json`);
  return {
    async read(service) {
      try {
        return JSON.parse(await readFile(fileOf(service), 'utf8')) as Before;
      } catch {
        // A file is written whole or not at all.
        return undefined;
      }
    },
    async write(service, before) {
      try {
        await writeWhole(fileOf(service), JSON.stringify(before));
      } catch (cause) {
        const message = `Service "${service}" was not replaced, and nothing was changed: its settings can't be kept in ${folder}: ${(cause as Error).message}. Run it as administrator.`;
        throw new ServiceError('NOT_REPLACED', message, { cause, details: { service, restored: true } });
      }
    },
    async remove(service) {
      await rm(fileOf(service), { force: true });
    },
  };
}

async function writeWhole(path: string, text: string): Promise<void> {
  const part = `${path}.part`;
  await mkdir(dirname(path), { recursive: true });
  const file = await open(part, 'w');
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(part, path);
}
