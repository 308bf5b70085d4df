import { open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ServiceError } from '../errors/service-error.ts';
import type { DataProtection, ProtectionScope } from '../scm/data-protection.ts';
import { sweepTemporaries, writeFileAtomic } from '../util/atomic-file.ts';
import { toFileName } from '../util/file-name.ts';
import { isMissingFile } from '../util/missing-file.ts';
import { toError } from '../util/to-error.ts';
import { checkSecretName, encodeSecret } from './check-secret.ts';
import { explainUnreadable } from './explain-unreadable.ts';
import { formatRecord, MAX_RECORD_BYTES, parseRecord, secretContext } from './secret-record.ts';

/** Options of {@link SecretStore.set}. */
export interface SetSecretOptions {
  /**
   * Keys to encrypt with. `'machine'`: every account that can read the file can decrypt it; the access list of the folder
   * protects it. `'user'`: only the account that calls `set`, so call it in the service. Default `'machine'`.
   */
  readonly scope?: ProtectionScope;
  /**
   * Account that the service runs as, which gets access to the folder: an administrator sets a secret for a service with
   * another account. Default: the account of this process.
   */
  readonly account?: string;
}

/** A secret of a service, without its value. */
export interface SecretInfo {
  /** Name in capitals. */
  readonly name: string;
  /** Keys that it is encrypted with; `undefined`: its file is damaged. */
  readonly scope: ProtectionScope | undefined;
  /** Machine that encrypted it; no other can decrypt it. `undefined`: its file is damaged. */
  readonly machine: string | undefined;
  /** User that encrypted it; `undefined`: its file is damaged. */
  readonly user: string | undefined;
  /** Time of the last change. */
  readonly changed: Date;
}

/** Secrets of one service on this machine. Names have no case. */
export interface SecretStore {
  /** Name of the service. */
  readonly service: string;
  /** Folder of the files, one for each secret: `%ProgramData%\<service>\secrets`. */
  readonly folder: string;
  /**
   * Encrypts and keeps a secret, in place of one with this name.
   *
   * @throws ServiceError INVALID_OPTIONS for a name or a value that can't be kept; FOLDER_REFUSED; Win32Error
   */
  set(name: string, value: string, options?: SetSecretOptions): Promise<void>;
  /**
   * Returns the value of a secret.
   *
   * @throws ServiceError SECRET_MISSING; SECRET_UNREADABLE for a damaged file, and for a secret of another machine or
   * account; FOLDER_REFUSED; INVALID_OPTIONS
   */
  get(name: string): Promise<string>;
  /** Lists the secrets by name, without their values. */
  list(): Promise<readonly SecretInfo[]>;
  /** Removes a secret. Returns `false` when there is none. @throws ServiceError INVALID_OPTIONS; the error of the file system */
  remove(name: string): Promise<boolean>;
}

/** Surroundings of a store; the entry brings those of Windows. */
export interface SecretStoreParts {
  readonly folder: string;
  readonly protection: () => DataProtection;
  /** Makes the folder, with access for the service. @throws ServiceError FOLDER_REFUSED */
  readonly makeFolder: (account: string | undefined) => Promise<void>;
  /** Refuses a folder that another user may have made. @throws ServiceError FOLDER_REFUSED */
  readonly checkFolder: () => Promise<void>;
  readonly machine: string;
  readonly user: string;
}

const ENDING = '.secret.json';

/** Creates the store of a service over its folder. */
export function createSecretStore(service: string, parts: SecretStoreParts): SecretStore {
  const { folder, protection, machine, user } = parts;
  const pathOf = (name: string): string => join(folder, toFileName(name) + ENDING);
  const missing = (name: string, cause?: unknown): ServiceError =>
    new ServiceError(
      'SECRET_MISSING',
      `The service "${service}" has no secret ${name} on this machine. Set it: npx winsvc secret set ${service} ${name}`,
      { cause, details: { service, name } },
    );

  return {
    service,
    folder,
    async set(given, value, { scope = 'machine', account } = {}) {
      const name = checkSecretName(given);
      const plain = encodeSecret(value);
      try {
        const data = await protection().protect(plain, secretContext(service, name), scope);
        await parts.makeFolder(account);
        await sweepTemporaries(pathOf(name));
        await writeFileAtomic(pathOf(name), formatRecord({ name, scope, machine, user, data }));
      } finally {
        plain.fill(0);
      }
    },
    async get(given) {
      const name = checkSecretName(given);
      const unreadable = (cause: unknown, record = parseRecord('')): ServiceError =>
        explainUnreadable({ service, name, path: pathOf(name), machine, user, record, cause: toError(cause) });
      let text: string;
      try {
        if (!(await exists(folder))) throw missing(name);
        await parts.checkFolder();
        text = await readBounded(pathOf(name));
      } catch (error) {
        if (error instanceof ServiceError && ['SECRET_MISSING', 'FOLDER_REFUSED'].includes(error.code)) throw error;
        throw isMissingFile(error) ? missing(name, error) : unreadable(error);
      }
      const record = parseRecord(text);
      if (record?.name !== name) throw unreadable(new Error('the file is damaged'));
      try {
        return (await protection().unprotect(record.data, secretContext(service, name))).toString();
      } catch (error) {
        throw unreadable(error, record);
      }
    },
    async list() {
      const files = (await namesIn(folder)).filter((file) => file.endsWith(ENDING)).sort();
      const infos = await Promise.all(files.map((file) => describe(join(folder, file), file.slice(0, -ENDING.length))));
      return infos.filter((info) => info !== undefined);
    },
    async remove(given) {
      const path = pathOf(checkSecretName(given));
      try {
        await rm(path);
        return true;
      } catch (error) {
        if (isMissingFile(error)) return false;
        throw error;
      }
    },
  };
}

async function describe(path: string, name: string): Promise<SecretInfo | undefined> {
  try {
    const { mtime } = await stat(path);
    const record = parseRecord(await readBounded(path).catch(() => ''));
    const { scope, machine, user } = record ?? {};
    return { name: record?.name ?? name, scope, machine, user, changed: mtime };
  } catch (error) {
    // Removed meanwhile.
    if (isMissingFile(error)) return undefined;
    throw error;
  }
}

/** Reads a file that may be anything. @throws Error when it is too large for a secret */
async function readBounded(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    if (size > MAX_RECORD_BYTES) throw new Error('the file is too large for a secret');
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (isMissingFile(error)) return false;
    throw error;
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isMissingFile(error)) return [];
    throw error;
  }
}
