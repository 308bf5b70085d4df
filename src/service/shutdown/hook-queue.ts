import { ServiceError } from '../../errors/service-error.ts';
import type { Clock } from '../../util/clock.ts';
import { formatMs, toMs } from '../../util/duration.ts';
import { toError } from '../../util/to-error.ts';
import type { HookOptions, ShutdownHook, StopContext } from '../context/context.ts';
import type { Deadline } from '../deadline.ts';

/** Shutdown hook that waits for its turn. */
export interface RegisteredHook {
  readonly name: string;
  readonly run: ShutdownHook;
  /** Infinity: the whole time of the stop. */
  readonly timeoutMs: number;
  readonly order: number;
  readonly group: string | undefined;
}

/** Result of a shutdown hook. */
export interface HookResult {
  /** Name of the hook. */
  readonly name: string;
  /** Order that it was registered with. */
  readonly order: number;
  /** Group that it was registered with. */
  readonly group?: string;
  /** Time from the beginning of the first hook to the beginning of this one, in milliseconds. */
  readonly afterMs: number;
  /** Duration, in milliseconds. */
  readonly ms: number;
  /** Outcome. `'timeout'`: its time was over. `'skipped'`: the time for the stop was over before its turn. */
  readonly outcome: 'done' | 'failed' | 'timeout' | 'skipped';
  /** ServiceError HOOK_FAILED, with the thrown error as its cause; `undefined` when it is done. */
  readonly error?: Error;
}

/** Checks the arguments of `ctx.onShutdown`. @throws RangeError when the timeout isn't a duration. */
export function toHook(name: string, run: ShutdownHook, options: HookOptions = {}): RegisteredHook {
  const { timeout, order = 0, group } = options;
  const timeoutMs = timeout === undefined ? Number.POSITIVE_INFINITY : toMs(timeout, `timeout of hook "${name}"`);
  return { name, run, timeoutMs, order, group };
}

/** Selects the hooks whose turn it is: the one with the highest order, last registered first, and its whole group. */
export function takeTurn(waiting: readonly RegisteredHook[]): {
  readonly turn: readonly RegisteredHook[];
  readonly rest: readonly RegisteredHook[];
} {
  const order = Math.max(...waiting.map((hook) => hook.order));
  const first = waiting.find((hook) => hook.order === order);
  const isDue = (hook: RegisteredHook): boolean =>
    hook === first || (hook.group !== undefined && hook.group === first?.group);
  return { turn: waiting.filter(isDue), rest: waiting.filter((hook) => !isDue(hook)) };
}

export interface HookRun {
  readonly clock: Clock;
  /** Deadline of the whole stop. */
  readonly until: Deadline;
  /** Time at which the first hook began, in milliseconds of the clock. */
  readonly firstAt: number;
  contextFor(deadline: Deadline): StopContext;
}

/** Runs a hook within its own timeout and that of the stop. Never rejects. */
export async function runHook(
  hook: RegisteredHook,
  { clock, until, firstAt, contextFor }: HookRun,
): Promise<HookResult> {
  const { name, order, group } = hook;
  const began = clock.now();
  const result = (outcome: HookResult['outcome'], message?: string, cause?: Error): HookResult => ({
    name,
    order,
    ...(group !== undefined && { group }),
    afterMs: began - firstAt,
    ms: clock.now() - began,
    outcome,
    ...(message !== undefined && {
      error: new ServiceError('HOOK_FAILED', `Shutdown hook "${name}" ${message}`, cause && { cause }),
    }),
  });
  if (until.passed) return result('skipped', 'was skipped: the time for the stop was used up before its turn.');
  const deadline = until.earlier(began + hook.timeoutMs);
  try {
    await deadline.race(
      () => hook.run(contextFor(deadline)),
      () => new ServiceError('HANDLER_TIMEOUT', `it took longer than ${formatMs(clock.now() - began)}`),
    );
    return result('done');
  } catch (thrown) {
    const cause = toError(thrown);
    return result(deadline.passed ? 'timeout' : 'failed', `failed: ${cause.message}`, cause);
  } finally {
    deadline.clear();
  }
}
