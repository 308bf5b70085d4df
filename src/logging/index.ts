export { findLogDir } from './log-dir.ts';
export { logExists, type LogStream } from './log-paths.ts';
export { parseLogLine, type LogLine } from './log-line.ts';
export { readLogs, type ReadLogsOptions } from './read-logs.ts';
