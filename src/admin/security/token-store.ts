import { readFile, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import * as z from 'zod';
import { checkOptions } from '../../errors/check-options.ts';
import { ServiceError } from '../../errors/service-error.ts';
import { writeFileAtomic } from '../../util/atomic-file.ts';
import { type Duration, toMs } from '../../util/duration.ts';
import { isMissingFile } from '../../util/missing-file.ts';
import { duration } from '../../util/option-types.ts';
import { ADMIN_ROLES, type AdminRole } from './roles.ts';
import { createToken, type TokenRecord } from './token.ts';

/** Source of tokens: a {@link TokenStore}, or another one with this method. */
export interface TokenSource {
  /** Returns the record of a token by its public id; `undefined` when there is none, or it was revoked. */
  find(id: string): TokenRecord | undefined | Promise<TokenRecord | undefined>;
}

/** Options of `TokenStore.create`. */
export interface CreateTokenOptions {
  /** Name for people. */
  readonly name: string;
  /** Default `'viewer'`. */
  readonly role?: AdminRole;
  /**
   * The only services that the token may see and act on. Default: all. The option `services` of `createAdmin` still
   * decides which are writable.
   */
  readonly services?: readonly string[];
  /** Lets it read logs and events. Default: `true` for operators and admins, `false` for viewers. */
  readonly logs?: boolean;
  /** Lifetime such as `'24h'` or `'20d'`, or the time at which it expires. Default: it doesn't expire. */
  readonly expires?: Duration | Date;
}

const text = z.string().min(1).max(200);
const serviceNames = z.array(z.string().min(1).max(256)).max(1_000);
const createSchema = z.strictObject({
  name: text.regex(/^[^\p{Cc}]*$/u, 'must not have control characters'),
  role: z.enum(ADMIN_ROLES).optional(),
  services: serviceNames.optional(),
  logs: z.boolean().optional(),
  expires: z.union([duration, z.date()]).optional(),
});

/** Checks records that come from a file or from the options. */
export const recordSchema = z.object({
  id: z.string().regex(/^[\da-f]{12}$/),
  name: text,
  hash: z.string().regex(/^[\da-f]{64}$/),
  role: z.enum(ADMIN_ROLES),
  services: serviceNames.optional(),
  logs: z.boolean().optional(),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime().optional(),
});
const fileSchema = z.object({ tokens: z.array(recordSchema) });

/** Longest time until a change of another process is seen. */
const CHECK_EVERY_MS = 1_000;

/**
 * Tokens in a file: SHA-256 hashes, never the tokens themselves. A change by another process, such as
 * `winsvc admin token revoke`, counts within a second. Made by `openTokenStore`.
 */
export class TokenStore implements TokenSource {
  /** Path of the file. */
  readonly file: string;
  readonly #makeFolder: (path: string) => Promise<void>;
  #tokens: readonly TokenRecord[] = [];
  #seen = '';
  #checkedAt = -Infinity;

  /** @internal */
  constructor(file: string, makeFolder: (path: string) => Promise<void>) {
    this.file = file;
    this.#makeFolder = makeFolder;
  }

  /** Returns the record of a token by its public id. */
  async find(id: string): Promise<TokenRecord | undefined> {
    if (performance.now() - this.#checkedAt > CHECK_EVERY_MS) await this.#read();
    return this.#tokens.find((token) => token.id === id);
  }

  /** Returns every token, the oldest first. @throws ServiceError CONFIG_INVALID when the file is damaged */
  async list(): Promise<readonly TokenRecord[]> {
    await this.#read();
    return this.#tokens;
  }

  /**
   * Makes a token and stores its hash. The token itself is returned once and kept nowhere.
   *
   * @throws ServiceError INVALID_OPTIONS, CONFIG_INVALID; the error of the file system
   */
  async create(options: CreateTokenOptions): Promise<{ readonly token: string; readonly record: TokenRecord }> {
    checkOptions('TokenStore.create', createSchema, options);
    const { name, role = 'viewer', services, logs, expires } = options;
    const { id, token, hash } = createToken();
    const now = Date.now();
    const until = expires instanceof Date ? expires : expires === undefined ? undefined : new Date(now + toMs(expires));
    const record: TokenRecord = {
      id,
      name,
      role,
      hash,
      createdAt: new Date(now).toISOString(),
      ...(services && { services }),
      ...(logs !== undefined && { logs }),
      ...(until && { expiresAt: until.toISOString() }),
    };
    await this.#write([...(await this.list()), record]);
    return { token, record };
  }

  /** Removes a token. Returns whether there was one with this id. */
  async revoke(id: string): Promise<boolean> {
    const all = await this.list();
    const rest = all.filter((token) => token.id !== id);
    if (rest.length === all.length) return false;
    await this.#write(rest);
    return true;
  }

  async #read(): Promise<void> {
    this.#checkedAt = performance.now();
    const version = await versionOf(this.file);
    if (version === this.#seen) return;
    this.#tokens = version === undefined ? [] : parse(this.file, await readFile(this.file, 'utf8'));
    this.#seen = version ?? '';
  }

  async #write(tokens: readonly TokenRecord[]): Promise<void> {
    await this.#makeFolder(dirname(resolve(this.file)));
    await writeFileAtomic(this.file, `${JSON.stringify({ tokens }, null, 2)}\n`);
    this.#tokens = tokens;
    this.#seen = (await versionOf(this.file)) ?? '';
  }
}

async function versionOf(file: string): Promise<string | undefined> {
  try {
    const { mtimeNs, size, ino } = await stat(file, { bigint: true });
    return `${mtimeNs}-${size}-${ino}`;
  } catch (error) {
    if (isMissingFile(error)) return undefined;
    throw error;
  }
}

function parse(file: string, content: string): readonly TokenRecord[] {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch (cause) {
    throw damaged(file, 'it is no JSON', cause);
  }
  const result = fileSchema.safeParse(value);
  if (result.success) return result.data.tokens;
  throw damaged(file, z.prettifyError(result.error), result.error);
}

function damaged(file: string, why: string, cause: unknown): ServiceError {
  return new ServiceError(
    'CONFIG_INVALID',
    `The token file ${file} is damaged: ${why}. Restore it, or delete it and make new tokens: winsvc admin token create`,
    { cause, details: { file } },
  );
}
