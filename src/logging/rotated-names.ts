import { readdir } from 'node:fs/promises';
import { basename, dirname } from 'node:path';

const ROTATED = /\.(\d{8}T\d{6})(?:-(\d+))?\.log(?:\.gz)?$/;

/** Lists the rotated files of a log, the oldest first, compressed ones too. @throws the error of the file system */
export async function listRotated(path: string): Promise<string[]> {
  const stem = basename(path, '.log');
  return (await readdir(dirname(path)))
    .filter((name) => name.startsWith(stem) && ROTATED.exec(name)?.index === stem.length)
    .sort(compareRotated);
}

/** Compares rotated files by time, then by number. */
export function compareRotated(a: string, b: string): number {
  const [one, two] = [timeAndNumber(a), timeAndNumber(b)];
  return one.time.localeCompare(two.time, 'en') || one.number - two.number || a.length - b.length;
}

/** Returns the name without the ending of a compressed file. */
export function uncompressedName(name: string): string {
  return name.replace(/\.gz$/, '');
}

/**
 * Returns the name for a file that is rotated now. It sorts behind all others, also after the clock was set back: otherwise
 * the newest file would be removed as the oldest.
 */
export function nextRotatedName(path: string, now: Date, names: readonly string[]): string {
  const time = now.toISOString().replace(/[-:]/g, '').slice(0, 15);
  const newest = names.toSorted(compareRotated).at(-1);
  const last = newest === undefined ? undefined : timeAndNumber(newest);
  const isBehind = last === undefined || last.time < time;
  const number = isBehind ? 0 : last.number + 1;
  return `${basename(path, '.log')}.${isBehind ? time : last.time}-${String(number).padStart(3, '0')}.log`;
}

function timeAndNumber(name: string): { readonly time: string; readonly number: number } {
  const [, time = '', number = '-1'] = ROTATED.exec(name) ?? [];
  return { time, number: Number(number) };
}
