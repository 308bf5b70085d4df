import { ServiceError } from '../errors/service-error.ts';
import type { ClockPort } from '../util/clock.ts';
import { type Duration, formatMs, toMs } from '../util/duration.ts';
import { toError } from '../util/to-error.ts';
import type { StopContext } from './context.ts';
import type { Deadline } from './deadline.ts';

/** Something to do when the service stops. It is waited for. */
export type ShutdownHook = (ctx: StopContext) => unknown;

/** When a shutdown hook runs, and for how long it may. */
export interface HookOptions {
  /** How long the hook may take. Default, and at most: what is left of the stop's budget. */
  readonly timeout?: Duration;
  /** Higher runs earlier; hooks of the same order run last registered first. Default 0. */
  readonly order?: number;
}

interface Hook {
  readonly name: string;
  readonly run: ShutdownHook;
  readonly timeoutMs: number;
  readonly order: number;
}

/** What a hook did: one entry each, in the order in which they ran. */
export interface HookResult {
  readonly name: string;
  readonly ms: number;
  readonly outcome: 'done' | 'failed' | 'timeout' | 'skipped';
  readonly error?: Error;
}

/** The things to do at a stop, one after another, each with a deadline of its own. One that fails doesn't stop the others. */
export class ShutdownHooks {
  readonly #clock: ClockPort;
  readonly #hooks: Hook[] = [];

  constructor(clock: ClockPort) {
    this.#clock = clock;
  }

  add(name: string, run: ShutdownHook, options: HookOptions = {}): void {
    const timeoutMs =
      options.timeout === undefined ? Number.POSITIVE_INFINITY : toMs(options.timeout, `timeout of hook "${name}"`);
    this.#hooks.unshift({ name, run, timeoutMs, order: options.order ?? 0 });
  }

  /** Runs what is registered, also what a hook registers while they run. */
  async run(until: Deadline, contextFor: (deadline: Deadline) => StopContext): Promise<HookResult[]> {
    const results: HookResult[] = [];
    for (let hook = this.#next(); hook; hook = this.#next()) {
      results.push(await this.#runOne(hook, until, contextFor));
    }
    return results;
  }

  #next(): Hook | undefined {
    const order = Math.max(...this.#hooks.map((hook) => hook.order));
    const index = this.#hooks.findIndex((hook) => hook.order === order);
    return index < 0 ? undefined : this.#hooks.splice(index, 1)[0];
  }

  async #runOne(hook: Hook, until: Deadline, contextFor: (deadline: Deadline) => StopContext): Promise<HookResult> {
    const { name } = hook;
    const began = this.#clock.now();
    if (until.passed) {
      const error = new ServiceError(
        'HOOK_FAILED',
        `Shutdown hook "${name}" was skipped: the time for the stop was used up before its turn.`,
      );
      return { name, ms: 0, outcome: 'skipped', error };
    }
    const deadline = until.earlier(began + hook.timeoutMs);
    try {
      await deadline.race(
        () => hook.run(contextFor(deadline)),
        () => new ServiceError('HANDLER_TIMEOUT', `it took longer than ${formatMs(this.#clock.now() - began)}`),
      );
      return { name, ms: this.#clock.now() - began, outcome: 'done' };
    } catch (thrown) {
      const cause = toError(thrown);
      const outcome = deadline.passed ? 'timeout' : 'failed';
      const error = new ServiceError('HOOK_FAILED', `Shutdown hook "${name}" failed: ${cause.message}`, { cause });
      return { name, ms: this.#clock.now() - began, outcome, error };
    } finally {
      deadline.clear();
    }
  }
}
