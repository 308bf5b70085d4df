export { createMockScm } from './mock-scm.ts';
export type { MockScm, MockScmOptions, MockShutdownOptions, MockStartOptions } from './mock-scm.ts';
export type { HistoryEntry, LogRecord, MockRun, MockServiceRun, SimpleControl, SystemNotice } from './mock-run.ts';
export type { MockProcess } from './mock-process.ts';
export type { MockRecovery, RecoveryRecord } from './recovery.ts';
export type { MockEventLog, MockEventRecord } from './mock-event-log.ts';
export type { FaultyCall } from './faults.ts';
export { createManualClock } from './manual-clock.ts';
export type { ManualClock } from './manual-clock.ts';
