import { appendFile, readdir, readFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { AuditRecord } from '../api/schemas/records.ts';
import { isMissingFile } from '../../util/missing-file.ts';

/** Place and lifetime of the audit log. */
export interface AuditOptions {
  /**
   * Folder of the files `audit-YYYY-MM-DD.jsonl`, one for each day (UTC). It is made when it is missing: private to
   * this account, SYSTEM and administrators.
   */
  readonly dir: string;
  /** Days that a file is kept. Default 180. */
  readonly keepDays?: number;
}

/** Filter of records. */
export interface AuditFilter {
  readonly service?: string | undefined;
  readonly principal?: string | undefined;
  readonly cursor?: string | undefined;
  readonly limit: number;
}

const DAY_MS = 86_400_000;
const FILE = /^audit-(\d{4}-\d\d-\d\d)\.jsonl$/;

/** Audit log: JSON lines that are only ever appended, a file for each day. */
export class AuditLog {
  readonly #dir: string;
  readonly #keepDays: number;
  readonly #now: () => number;
  readonly #failed: (error: unknown) => void;
  readonly #makeFolder: (path: string) => Promise<void>;
  /** Lines that wait for the write before them, and the promise that they are in the file. */
  #batch: { readonly lines: string[]; readonly done: Promise<void> } | undefined;
  #writing: Promise<void> = Promise.resolve();
  #day = '';

  /**
   * @param now milliseconds since the epoch
   * @param failed called when old files couldn't be removed
   * @param makeFolder makes the folder, private
   */
  constructor(
    { dir, keepDays = 180 }: AuditOptions,
    now: () => number,
    failed: (error: unknown) => void,
    makeFolder: (path: string) => Promise<void>,
  ) {
    this.#makeFolder = makeFolder;
    this.#dir = dir;
    this.#keepDays = keepDays;
    this.#now = now;
    this.#failed = failed;
  }

  /** Appends a record. Resolves when it is in the file. @throws the error of the file system */
  write(record: AuditRecord): Promise<void> {
    const line = `${JSON.stringify(record)}\n`;
    if (this.#batch) {
      this.#batch.lines.push(line);
      return this.#batch.done;
    }
    const lines = [line];
    const done = this.#writing.then(() => this.#append(lines));
    this.#writing = done.catch(() => undefined);
    this.#batch = { lines, done };
    return done;
  }

  /** Resolves when everything is written. */
  async close(): Promise<void> {
    await this.#writing;
  }

  /** Reads records, the newest first. */
  async read({ service, principal, cursor, limit }: AuditFilter): Promise<{ records: AuditRecord[]; next?: string }> {
    await this.#writing;
    const [fromDay, fromLine] = position(cursor);
    const records: AuditRecord[] = [];
    for (const day of (await this.#days()).reverse()) {
      if (fromDay !== undefined && day > fromDay) continue;
      const lines = (await readFile(this.#path(day), 'utf8')).split('\n');
      const first = day === fromDay ? Math.min(fromLine, lines.length) : lines.length;
      for (let index = first - 1; index >= 0; index--) {
        const record = parse(lines[index] ?? '');
        if (!record || !matches(record, service, principal)) continue;
        records.push(record);
        if (records.length === limit) return { records, next: `${day}_${index}` };
      }
    }
    return { records };
  }

  async #append(lines: readonly string[]): Promise<void> {
    // Later records go into the next batch.
    this.#batch = undefined;
    try {
      const day = new Date(this.#now()).toISOString().slice(0, 10);
      if (day !== this.#day) await this.#beginDay(day);
      await appendFile(this.#path(day), lines.join(''), { mode: 0o600 });
    } catch (error) {
      // The next attempt makes the folder again, if that was missing.
      this.#day = '';
      throw error;
    }
  }

  async #beginDay(day: string): Promise<void> {
    await this.#makeFolder(resolve(this.#dir));
    this.#day = day;
    const oldest = new Date(this.#now() - this.#keepDays * DAY_MS).toISOString().slice(0, 10);
    for (const old of (await this.#days()).filter((its) => its < oldest)) await rm(this.#path(old)).catch(this.#failed);
  }

  async #days(): Promise<string[]> {
    const names = await readdir(this.#dir).catch((error: unknown) => {
      if (isMissingFile(error)) return [];
      throw error;
    });
    return names.flatMap((name) => FILE.exec(name)?.[1] ?? []).sort();
  }

  #path(day: string): string {
    return join(this.#dir, `audit-${day}.jsonl`);
  }
}

function position(cursor: string | undefined): [day: string | undefined, line: number] {
  const [, day, line] = /^(\d{4}-\d\d-\d\d)_(\d{1,9})$/.exec(cursor ?? '') ?? [];
  return [day, Number(line)];
}

function matches(record: AuditRecord, service: string | undefined, principal: string | undefined): boolean {
  return (
    (service === undefined || record.service?.toLowerCase() === service.toLowerCase()) &&
    (principal === undefined || record.principal === principal || record.principalId === principal)
  );
}

/** A line that a crash cut is skipped. */
function parse(line: string): AuditRecord | undefined {
  try {
    return line === '' ? undefined : (JSON.parse(line) as AuditRecord);
  } catch {
    return undefined;
  }
}
