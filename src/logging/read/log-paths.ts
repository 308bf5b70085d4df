import { type FileHandle, open, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isMissingFile } from '../../util/missing-file.ts';
import { logFileName, type LogStream } from '../log-names.ts';
import { listRotated, uncompressedName } from '../rotated-names.ts';

/** Path of the file that is being written. */
export function logPath(dir: string, service: string, stream: LogStream): string {
  return join(dir, logFileName(service, stream));
}

/** One file of a log, plain or compressed. */
export interface LogPart {
  readonly path: string;
  readonly compressed: boolean;
}

/**
 * Lists the rotated files, the oldest first. One that is being compressed is listed once.
 *
 * @throws the error of the file system; not for a folder that doesn't exist
 */
export async function asideParts(path: string): Promise<LogPart[]> {
  const names = await settledNames(path);
  const plain = new Set(names.filter((name) => !name.endsWith('.gz')));
  return names
    .filter((name) => plain.has(name) || !plain.has(name.slice(0, -'.gz'.length)))
    .map((name) => ({ path: join(dirname(path), name), compressed: name.endsWith('.gz') }));
}

/** A folder is read piece by piece: a file that is just getting its other name may be in none of them. */
async function settledNames(path: string): Promise<string[]> {
  let before: string | undefined;
  for (;;) {
    const names = await namesOf(path);
    const now = [...new Set(names.map(uncompressedName))].join('/');
    if (now === before) return names;
    before = now;
  }
}

async function namesOf(path: string): Promise<string[]> {
  try {
    return await listRotated(path);
  } catch (error) {
    if (isMissingFile(error)) return [];
    throw error;
  }
}

/** Time of the last write to a file; `undefined`: it is gone. */
export async function writtenAt(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).mtimeMs;
  } catch (error) {
    if (isMissingFile(error)) return undefined;
    throw error;
  }
}

/** Returns `true` when there is a log of this kind. @throws the error of the file system, such as EACCES */
export async function logExists(dir: string, service: string, stream: LogStream): Promise<boolean> {
  const path = logPath(dir, service, stream);
  return (await writtenAt(path)) !== undefined || (await asideParts(path)).length > 0;
}

/** Log as it is at one moment. */
export interface OpenedLog {
  readonly aside: readonly LogPart[];
  /** File that is being written, if there is one. */
  readonly file: FileHandle | undefined;
}

/** Opens a log between two rotations, so that each file is there exactly once. */
export async function openLog(path: string): Promise<OpenedLog> {
  for (;;) {
    const file = await openOrNothing(path);
    const aside = await asideParts(path);
    if (file ? await isAt(file, path) : (await writtenAt(path)) === undefined) return { aside, file };
    await file?.close();
  }
}

/** Returns `true` while an open file still has its name. */
export async function isAt(file: FileHandle, path: string): Promise<boolean> {
  try {
    const [a, b] = await Promise.all([file.stat({ bigint: true }), stat(path, { bigint: true })]);
    // Without the device: on Windows 11 24H2 libuv 1.49 gives it 64 bits for a path and 32 for an open file.
    return a.ino === b.ino;
  } catch (error) {
    if (isMissingFile(error)) return false;
    throw error;
  }
}

/** Opens a rotated file, or its compressed form if it was compressed meanwhile; `undefined`: it was removed. */
export async function openPart(
  part: LogPart,
): Promise<{ readonly file: FileHandle; readonly compressed: boolean } | undefined> {
  const file = await openOrNothing(part.path);
  if (file) return { file, compressed: part.compressed };
  const compressed = part.compressed ? undefined : await openOrNothing(`${part.path}.gz`);
  return compressed && { file: compressed, compressed: true };
}

/** Opens a file; `undefined`: it doesn't exist. */
async function openOrNothing(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path);
  } catch (error) {
    if (isMissingFile(error)) return undefined;
    throw error;
  }
}
