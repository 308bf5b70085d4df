import { hookResults, type Life } from './life.ts';
import { toShutdownRecord } from './shutdown/to-shutdown-record.ts';
import type { HostKind } from '../host/service-host.ts';
import type { ExitCode } from '../scm/exit-code.ts';
import type { StopReason } from './context/context.ts';
import type { HookResult } from './shutdown/hook-queue.ts';
import type { ShutdownRecord } from './shutdown/shutdown-record.ts';

/** How a run ended. */
export interface RunResult {
  readonly host: HostKind;
  readonly reason: StopReason;
  /** The exit code that STOPPED reported. */
  readonly exit: ExitCode;
  /** Exit code that the process ends with: 0, or not 0 after a failure. */
  readonly processCode: number;
  /** Why it failed, where it did. */
  readonly error: Error | undefined;
  /** The shutdown hooks, in the order in which they ran. */
  readonly hooks: readonly HookResult[];
  /** What ran at the stop, as it is in the log; undefined when the service never began to stop. */
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
