import type { ExitCode } from '../../scm/exit-code.ts';
import type { ServiceState } from '../../scm/states.ts';
import { toMs } from '../../util/duration.ts';
import type { Deadline } from '../deadline.ts';
import { type Failure, failureOf } from '../failure/failure.ts';
import { type RegisteredHook, toHook } from '../shutdown/hook-queue.ts';
import type { ServiceContext, ServiceLog, StopContext, StopReason } from './context.ts';

/** Service that a context shows and changes. */
export interface ContextSource {
  readonly name: string;
  readonly instance: string | undefined;
  readonly args: readonly string[];
  readonly signal: AbortSignal;
  readonly log: ServiceLog;
  readonly state: ServiceState;
  checkpoint(message: string | undefined): void;
  extend(deadline: Deadline, ms: number): void;
  addHook(hook: RegisteredHook): void;
  setExitCode(exit: ExitCode): void;
  fail(failure: Failure): void;
}

/** Creates the context of one call of a handler. It reads from the source at each use, so it stays up to date while the handler works. */
export function createContext(source: ContextSource, deadline: Deadline): ServiceContext {
  return {
    name: source.name,
    instance: source.instance,
    args: source.args,
    signal: source.signal,
    log: source.log,
    get state() {
      return source.state;
    },
    get deadline() {
      return Number.isFinite(deadline.at) ? new Date(deadline.at) : undefined;
    },
    get timeLeft() {
      return deadline.leftMs;
    },
    checkpoint(message) {
      source.checkpoint(message);
    },
    requestTime(time) {
      source.extend(deadline, toMs(time, 'the time asked for'));
    },
    onShutdown(name, hook, options) {
      source.addHook(toHook(name, hook, options));
    },
    setExitCode(exit) {
      source.setExitCode(exit);
    },
    fail(error, exit) {
      source.fail(failureOf(error, exit));
    },
  };
}

/** Creates the context of the stop handler or of a shutdown hook. */
export function createStopContext(
  source: ContextSource,
  deadline: Deadline,
  reason: StopReason,
  error: Error | undefined,
): StopContext {
  // Object spread would freeze the getters at their first value.
  return Object.defineProperties(createContext(source, deadline), {
    signal: { value: deadline.signal, enumerable: true },
    reason: { value: reason, enumerable: true },
    error: { value: error, enumerable: true },
  }) as StopContext;
}
