import { toMs } from '../util/duration.ts';
import type { ServiceContext, StopContext, StopReason } from './context.ts';
import type { Deadline } from './deadline.ts';
import { failureOf } from './failure.ts';
import type { ServiceRunner } from './runner.ts';
import { createServiceLog } from './service-log.ts';

/** The context of one call of a handler. It reads from the run, so it stays true while the handler works. */
export function createContext(run: ServiceRunner, deadline: Deadline): ServiceContext {
  return {
    name: run.definition.name,
    args: run.args,
    signal: run.signal,
    log: createServiceLog(run.log, run.definition.logging?.level),
    get state() {
      return run.state;
    },
    get deadline() {
      return Number.isFinite(deadline.at) ? new Date(deadline.at) : undefined;
    },
    get timeLeft() {
      return deadline.leftMs;
    },
    checkpoint(message) {
      run.checkpoint(message);
    },
    requestTime(time) {
      run.extend(deadline, toMs(time, 'the time asked for'));
    },
    onShutdown(name, hook, options) {
      run.hooks.add(name, hook, options);
    },
    setExitCode(exit) {
      run.setExitCode(exit);
    },
    fail(error, exit) {
      run.fail(failureOf(error, exit));
    },
  };
}

export function createStopContext(
  run: ServiceRunner,
  deadline: Deadline,
  reason: StopReason,
  error: Error | undefined,
): StopContext {
  // Object spread would freeze the getters at their first value.
  return Object.defineProperties(createContext(run, deadline), {
    signal: { value: deadline.signal, enumerable: true },
    reason: { value: reason, enumerable: true },
    error: { value: error, enumerable: true },
  }) as StopContext;
}
