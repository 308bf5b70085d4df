export { findLogDir } from './log-dir.ts';
export { logExists } from './read/log-paths.ts';
export type { LogStream } from './log-names.ts';
export { parseLogLine, type LogLine } from './read/log-line.ts';
export { readLogs, type ReadLogsOptions } from './read/read-logs.ts';
