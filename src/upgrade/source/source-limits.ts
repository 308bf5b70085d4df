import { ServiceError } from '../../errors/service-error.ts';

/** Bounds of a release, against archives that fill the disk. */
export interface SourceLimits {
  /** Bytes of all files. Default 2 GiB. */
  readonly maxBytes?: number;
  /** Number of files and folders. Default 200,000. */
  readonly maxEntries?: number;
}

const DEFAULT_BYTES = 2 ** 31;
const DEFAULT_ENTRIES = 200_000;

/** Counts the files and bytes of a release. */
export class SourceCounter {
  readonly #maxBytes: number;
  readonly #maxEntries: number;
  bytes = 0;
  entries = 0;

  constructor({ maxBytes = DEFAULT_BYTES, maxEntries = DEFAULT_ENTRIES }: SourceLimits) {
    this.#maxBytes = maxBytes;
    this.#maxEntries = maxEntries;
  }

  /** Bytes that an archive may unpack to: its headers and padding come to the files. */
  get maxUnpacked(): number {
    return this.#maxBytes + 4_096 * (this.#maxEntries + 1);
  }

  /** @throws ServiceError RELEASE_INVALID above a bound. */
  add(bytes: number): void {
    this.bytes += bytes;
    this.entries += 1;
    if (this.bytes > this.#maxBytes) throw tooLarge(`more than ${this.#maxBytes} bytes`, 'limits.maxBytes');
    if (this.entries > this.#maxEntries) throw tooLarge(`more than ${this.#maxEntries} files`, 'limits.maxEntries');
  }
}

/** Makes the error for a release above a bound. */
export function tooLarge(what: string, option: string): ServiceError {
  return new ServiceError(
    'RELEASE_INVALID',
    `The release has ${what}, the most that is allowed. If it is meant to be that large, raise ${option}.`,
    { details: { option } },
  );
}
