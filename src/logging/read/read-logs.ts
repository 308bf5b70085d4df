import type { FileHandle } from 'node:fs/promises';
import { LOG_LEVELS, type LogLevel } from '../../util/log.ts';
import type { Clock } from '../../util/clock.ts';
import { followLog } from './follow-log.ts';
import { type LogLine, parseLogLine } from './log-line.ts';
import type { LogStream } from '../log-names.ts';
import { type LogPart, logPath, openLog, openPart, writtenAt } from './log-paths.ts';
import { linesBackward, linesForward, splitLines } from './read-lines.ts';

/** Selection of the lines of a service's log. */
export interface ReadLogsOptions {
  /** Folder of the logs. */
  readonly dir: string;
  /** Name of the service. */
  readonly service: string;
  /** Records, or captured output. */
  readonly stream: LogStream;
  /** Number of lines from the end, of those that the other options select. `undefined`: all. */
  readonly lines: number | undefined;
  /** Earliest time of a record. Captured output has no times: whole files are selected. `undefined`: no limit. */
  readonly since: Date | undefined;
  /** Lowest level; lines without a level are left out then. `undefined`: all lines. */
  readonly level: LogLevel | undefined;
  /** `true`: also lines that are written from now on, over rotation and truncation, until `signal` aborts. */
  readonly follow: boolean;
  /** Clock for the polls. */
  readonly clock: Clock;
  /** Ends the reading. */
  readonly signal: AbortSignal;
}

/**
 * Reads the log of a service, the oldest line first: the rotated files, compressed ones too, then the file that is being
 * written. However large they are, only the selected lines are in memory.
 *
 * @throws the error of the file system, such as EACCES
 */
export async function* readLogs(options: ReadLogsOptions): AsyncGenerator<LogLine, void, undefined> {
  const { dir, service, stream, lines, follow } = options;
  const path = logPath(dir, service, stream);
  const { aside, file } = await openLog(path);
  let isHandedOn = false;
  try {
    const history: History = { aside, file, end: file ? await endOf(file, follow) : 0 };
    const isWanted = selector(options);
    if (lines === undefined) yield* forward(history, options, isWanted);
    else yield* await last(lines, history, options, isWanted);
    if (!follow) return;
    isHandedOn = true;
    for await (const text of followLog({ ...options, ...history, path })) {
      const line = parseLogLine(text);
      if (isWanted(line)) yield line;
    }
  } finally {
    if (!isHandedOn) await file?.close();
  }
}

/** Files at the moment when the reading begins. */
interface History {
  readonly aside: readonly LogPart[];
  readonly file: FileHandle | undefined;
  readonly end: number;
}

/** End of the last whole line; the follower reads what is behind it. */
async function endOf(file: FileHandle, follow: boolean): Promise<number> {
  const { size } = await file.stat();
  if (!follow || size === 0) return size;
  for await (const line of linesBackward(file, Math.max(0, size - 1), size)) if (line === '') return size;
  const [rest = ''] = await take(1, linesBackward(file, 0, size));
  return size - Buffer.byteLength(rest);
}

function selector({ since, level, stream }: ReadLogsOptions): (line: LogLine) => boolean {
  const lowest = level === undefined ? 0 : LOG_LEVELS.indexOf(level);
  return (line) => {
    if (stream !== 'log') return true;
    if (level !== undefined && (line.level === undefined || LOG_LEVELS.indexOf(line.level) < lowest)) return false;
    return since === undefined || (line.time !== undefined && line.time >= since);
  };
}

/** Reads forward, from the first file that can have selected lines. */
async function* forward(
  { aside, file, end }: History,
  { since }: ReadLogsOptions,
  isWanted: (line: LogLine) => boolean,
): AsyncGenerator<LogLine> {
  for (const known of aside) {
    const part = await stillThere(known);
    if (part === undefined || (since && part.written < since.getTime())) continue;
    yield* wantedOf(linesForward(part), isWanted);
  }
  if (file && end > 0)
    yield* wantedOf(splitLines(file.createReadStream({ end: end - 1, autoClose: false, start: 0 })), isWanted);
}

/** Finds a file that may have been compressed, or removed as the oldest, meanwhile. */
async function stillThere(part: LogPart): Promise<(LogPart & { readonly written: number }) | undefined> {
  for (const each of part.compressed ? [part] : [part, { path: `${part.path}.gz`, compressed: true }]) {
    const written = await writtenAt(each.path);
    if (written !== undefined) return { ...each, written };
  }
  return undefined;
}

async function* wantedOf(texts: AsyncIterable<string>, isWanted: (line: LogLine) => boolean): AsyncGenerator<LogLine> {
  for await (const text of texts) {
    const line = parseLogLine(text);
    if (isWanted(line)) yield line;
  }
}

/** Reads the last `count` lines, from the end. */
async function last(
  count: number,
  { aside, file, end }: History,
  { since }: ReadLogsOptions,
  isWanted: (line: LogLine) => boolean,
): Promise<LogLine[]> {
  const found: LogLine[] = [];
  const isEnough = (text: string): boolean => {
    const line = parseLogLine(text);
    if (isWanted(line)) found.push(line);
    return found.length >= count || (since !== undefined && line.time !== undefined && line.time < since);
  };
  if (count === 0) return [];
  if (file) for await (const text of linesBackward(file, 0, end)) if (isEnough(text)) return found.reverse();
  for (const known of aside.toReversed()) {
    const part = await stillThere(known);
    if (part === undefined) continue;
    if (since && part.written < since.getTime()) break;
    for await (const text of partBackward(part, count, isWanted)) if (isEnough(text)) return found.reverse();
  }
  return found.reverse();
}

async function* partBackward(
  part: LogPart,
  count: number,
  isWanted: (line: LogLine) => boolean,
): AsyncGenerator<string> {
  const opened = part.compressed ? undefined : await openPart(part);
  try {
    if (opened && !opened.compressed) {
      yield* linesBackward(opened.file, 0, (await opened.file.stat()).size);
      return;
    }
  } finally {
    await opened?.file.close();
  }
  // A compressed file can't be read from its end: its last lines are kept in memory.
  let kept: string[] = [];
  for await (const text of linesForward(part)) {
    if (!isWanted(parseLogLine(text))) continue;
    kept.push(text);
    if (kept.length >= count * 2 + 1_000) kept = kept.slice(-count);
  }
  yield* kept.slice(-count).reverse();
}

async function take<T>(count: number, items: AsyncIterable<T>): Promise<T[]> {
  const taken: T[] = [];
  for await (const item of items) if (taken.push(item) >= count) break;
  return taken;
}
