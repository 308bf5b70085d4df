import { readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as z from 'zod/mini';
import { sweepTemporaries, writeFileAtomic } from '../../util/atomic-file.ts';
import { isMissingFile } from '../../util/missing-file.ts';
import { programPath } from '../../util/program-path.ts';
import { MAX_TEXT_BYTES } from '../../util/structured-text/bounds.ts';
import type { HttpAnswer } from './http-layer-options.ts';

/** Answer that was accepted, and when. */
export interface CachedAnswer {
  readonly answer: HttpAnswer;
  /** Time of day of the request, in milliseconds since the epoch. */
  readonly at: number;
}

/** Makes a folder that only the service and administrators can write to, or checks one that exists. @throws an error */
export type MakePrivateFolder = (path: string) => void | Promise<void>;

const file = z.object({
  version: z.literal(1),
  url: z.string(),
  at: z.number(),
  contentType: z.nullable(z.string()),
  etag: z.nullable(z.string()),
  body: z.string(),
});

/** Keeps the last accepted answer of one URL in a file. */
export class AnswerCache {
  readonly #path: string;
  readonly #url: string;
  readonly #makeFolder: MakePrivateFolder;

  constructor(path: string, url: string, makeFolder: MakePrivateFolder) {
    this.#path = programPath(path);
    this.#url = url;
    this.#makeFolder = makeFolder;
  }

  /** Reads the file; `undefined` when there is none for this URL. @throws an error when it can't be trusted or read */
  async load(): Promise<CachedAnswer | undefined> {
    const facts = await stat(this.#path).catch((error: unknown) => {
      if (isMissingFile(error)) return undefined;
      throw error;
    });
    if (!facts) return undefined;
    // Settings decide what a service does: they come from no folder that others can write to.
    await this.#makeFolder(dirname(this.#path));
    // Escapes of JSON take up to 6 characters.
    if (!facts.isFile() || facts.size > 6 * MAX_TEXT_BYTES + 100_000) throw new Error('it is not a file of this size');
    const { data } = file.safeParse(JSON.parse(await readFile(this.#path, 'utf8')));
    if (data?.url !== this.#url) return undefined;
    const headers = new Headers();
    if (data.etag !== null) headers.set('etag', data.etag);
    if (data.contentType !== null) headers.set('content-type', data.contentType);
    return { at: Math.min(data.at, Date.now()), answer: { status: 200, headers, body: data.body } };
  }

  /** Writes the file. @throws the error of the file system; ServiceError FOLDER_REFUSED */
  async save({ answer: { headers, body }, at }: CachedAnswer): Promise<void> {
    await this.#makeFolder(dirname(this.#path));
    await sweepTemporaries(this.#path);
    const [contentType, etag] = [headers.get('content-type'), headers.get('etag')];
    await writeFileAtomic(this.#path, JSON.stringify({ version: 1, url: this.#url, at, contentType, etag, body }));
  }
}
