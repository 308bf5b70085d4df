import { hookResults, type Life } from './life.ts';
import { toShutdownRecord } from './shutdown/to-shutdown-record.ts';
import type { ExitCode } from '../scm/exit-code.ts';
import type { StopReason } from './context/context.ts';
import type { HookResult } from './shutdown/hook-queue.ts';
import type { ShutdownRecord } from './shutdown/shutdown-record.ts';

/** Result of a run. */
export interface RunResult {
  /** Host of the service. */
  readonly host: 'scm' | 'console' | 'mock';
  /** Reason of the stop. */
  readonly reason: StopReason;
  /** Exit code that STOPPED reported. */
  readonly exit: ExitCode;
  /** Exit code of the process: 0, or another code after a failure. */
  readonly processCode: number;
  /** Error that made the service fail; `undefined`: none. */
  readonly error: Error | undefined;
  /** Results of the shutdown hooks, in the order in which they ran. */
  readonly hooks: readonly HookResult[];
  /** Record of the stop, as it is in the log; `undefined`: the service never began to stop. */
  readonly shutdown: ShutdownRecord | undefined;
}

interface RunEnd extends Pick<RunResult, 'host' | 'exit' | 'processCode'> {
  /** End of the run, in milliseconds of the clock. */
  readonly at: number;
}

/** Describes how a life ended. */
export function toRunResult(life: Life, { at, ...end }: RunEnd): RunResult {
  const { failure, stop } = life;
  return {
    ...end,
    reason: stop?.reason ?? 'failure',
    error: failure?.error,
    hooks: hookResults(life),
    shutdown: toShutdownRecord(life, at),
  };
}
