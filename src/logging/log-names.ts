import { toFileName } from '../util/file-name.ts';

/** Content of a log file: the records of a service, or its output to a standard stream. */
export type LogStream = 'log' | 'stdout' | 'stderr';

const ENDINGS: Readonly<Record<LogStream, string>> = { log: '.log', stdout: '.out.log', stderr: '.err.log' };

/** Name of the file that is being written. */
export function logFileName(service: string, stream: LogStream): string {
  return toFileName(service) + ENDINGS[stream];
}
