import { mkdirSync } from 'node:fs';
import type { LogSink } from '../../util/log.ts';
import type { LoggingOptions } from '../../scm/run-options.ts';
import { formatJsonLine } from '../../util/json-line.ts';
import type { CrashBuffer } from '../../util/crash-buffer.ts';
import { captureOutput } from '../capture/capture-output.ts';
import { rememberLogDir } from '../log-dir.ts';
import { LogFile } from './log-file.ts';
import { logFileName, type LogStream } from '../log-names.ts';
import { resolveLogging } from '../options.ts';
import { systemClock } from '../../util/clock.ts';

/** Failures within this time of each other are reported once, in milliseconds. */
const ONE_TROUBLE_MS = 600_000;

/** The logs of one run of a service. */
export interface ServiceLogs {
  readonly log: LogSink;
  readonly dir: string;
  /** Memory of the files, from which the host thread saves the output of a blocked app. */
  readonly crashBuffers: readonly CrashBuffer[];
  /** Writes the rest, blocking, and restores the standard streams. */
  close(): void;
}

/**
 * Opens the logs of a service: `<service>.log` with one JSON object a line, and the output of the app to its standard
 * streams in `<service>.out.log` and `<service>.err.log`.
 *
 * @param onError called when a log can't be written, once for failures that follow each other
 * @param makeDir makes the folder; on Windows with an access list of its own
 */
export function openServiceLogs(
  service: string,
  options: LoggingOptions,
  onError: (error: Error) => void,
  makeDir: (dir: string) => void = (dir) => mkdirSync(dir, { recursive: true }),
): ServiceLogs {
  const resolved = resolveLogging(service, options);
  // Monotonic, in milliseconds: the clock of the system may be corrected.
  let quietUntil = 0;
  const reportOnce = (error: Error): void => {
    const isNew = systemClock.now() >= quietUntil;
    quietUntil = systemClock.now() + ONE_TROUBLE_MS;
    if (!isNew) return;
    // It waits in memory with the rest, and is in the log when the disk is back.
    json.write(formatJsonLine(service, 'warn', `The log files can't be written: ${error.message}`, { error }));
    onError(error);
  };
  // Made with the first line: a service that logs nothing makes no folder.
  let remembered = false;
  const prepare = (): void => {
    makeDir(resolved.dir);
    if (!remembered) rememberLogDir(service, resolved.dir, makeDir);
    remembered = true;
  };
  const open = (stream: LogStream, describeDropped: (writes: number) => string): LogFile =>
    new LogFile({ ...resolved, name: logFileName(service, stream), prepare, onError: reportOnce, describeDropped });
  const json = open('log', (dropped) => formatJsonLine(service, 'warn', droppedMessage(dropped), { dropped }));
  const out = open('stdout', (dropped) => `[winsvc] ${droppedMessage(dropped)}\n`);
  const err = open('stderr', (dropped) => `[winsvc] ${droppedMessage(dropped)}\n`);
  const restore = resolved.captureOutput
    ? captureOutput(
        (chunk) => {
          out.write(chunk);
        },
        (chunk) => {
          err.write(chunk);
        },
      )
    : () => undefined;
  const files = [json, out, err];
  return {
    log: {
      write(level, message, data) {
        json.write(formatJsonLine(service, level, message, data));
      },
      flush() {
        for (const file of files) file.flushSync();
      },
      gather() {
        for (const file of files) file.gather();
      },
    },
    dir: resolved.dir,
    crashBuffers: files.map((file) => file.crashBuffer),
    close() {
      restore();
      for (const file of files) file.close();
    },
  };
}

function droppedMessage(writes: number): string {
  return `${writes} writes were dropped: more than 32 Mi characters were waiting, because the disk was too slow, full or gone.`;
}
