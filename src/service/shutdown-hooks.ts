import { ServiceError } from '../errors/service-error.ts';
import type { Clock } from '../util/clock.ts';
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
  /** Hooks of one group run at the same time, when the first of them has its turn. Default: each alone. */
  readonly group?: string;
}

interface Hook {
  readonly name: string;
  readonly run: ShutdownHook;
  readonly timeoutMs: number;
  readonly order: number;
  readonly group: string | undefined;
}

/** What a hook did: one entry each, in the order in which they ran. */
export interface HookResult {
  readonly name: string;
  readonly order: number;
  readonly group?: string;
  /** When it began: milliseconds after the first hook did. */
  readonly afterMs: number;
  readonly ms: number;
  readonly outcome: 'done' | 'failed' | 'timeout' | 'skipped';
  readonly error?: Error;
}

/** The things to do at a stop, one group after another, each with a deadline of its own. One that fails doesn't stop the others. */
export class ShutdownHooks {
  readonly #clock: Clock;
  readonly #hooks: Hook[] = [];
  readonly #results: HookResult[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(name: string, run: ShutdownHook, options: HookOptions = {}): void {
    const timeoutMs =
      options.timeout === undefined ? Number.POSITIVE_INFINITY : toMs(options.timeout, `timeout of hook "${name}"`);
    this.#hooks.unshift({ name, run, timeoutMs, order: options.order ?? 0, group: options.group });
  }

  /** Those that have had their turn, in the order of their beginnings. */
  get results(): readonly HookResult[] {
    return this.#results;
  }

  /** Those that wait for their turn. */
  get waiting(): readonly string[] {
    return this.#hooks.map(({ name }) => name);
  }

  /** Runs what is registered, also what a hook registers while they run. */
  async run(until: Deadline, contextFor: (deadline: Deadline) => StopContext): Promise<readonly HookResult[]> {
    const firstAt = this.#clock.now();
    for (let turn = this.#next(); turn.length > 0; turn = this.#next()) {
      const ran = await Promise.all(
        turn.map(async (hook) => {
          const afterMs = this.#clock.now() - firstAt;
          const { name, order, group } = hook;
          return {
            name,
            order,
            ...(group !== undefined && { group }),
            afterMs,
            ...(await this.#runOne(hook, until, contextFor)),
          };
        }),
      );
      this.#results.push(...ran);
    }
    return this.#results;
  }

  /** Takes out the hook whose turn it is, with its group. */
  #next(): Hook[] {
    const order = Math.max(...this.#hooks.map((hook) => hook.order));
    const first = this.#hooks.find((hook) => hook.order === order);
    const turn = this.#hooks.filter(
      (hook) => hook === first || (hook.group !== undefined && hook.group === first?.group),
    );
    for (const hook of turn) this.#hooks.splice(this.#hooks.indexOf(hook), 1);
    return turn;
  }

  async #runOne(
    hook: Hook,
    until: Deadline,
    contextFor: (deadline: Deadline) => StopContext,
  ): Promise<Pick<HookResult, 'ms' | 'outcome' | 'error'>> {
    const { name } = hook;
    const began = this.#clock.now();
    if (until.passed) {
      const error = new ServiceError(
        'HOOK_FAILED',
        `Shutdown hook "${name}" was skipped: the time for the stop was used up before its turn.`,
      );
      return { ms: 0, outcome: 'skipped', error };
    }
    const deadline = until.earlier(began + hook.timeoutMs);
    try {
      await deadline.race(
        () => hook.run(contextFor(deadline)),
        () => new ServiceError('HANDLER_TIMEOUT', `it took longer than ${formatMs(this.#clock.now() - began)}`),
      );
      return { ms: this.#clock.now() - began, outcome: 'done' };
    } catch (thrown) {
      const cause = toError(thrown);
      const outcome = deadline.passed ? 'timeout' : 'failed';
      const error = new ServiceError('HOOK_FAILED', `Shutdown hook "${name}" failed: ${cause.message}`, { cause });
      return { ms: this.#clock.now() - began, outcome, error };
    } finally {
      deadline.clear();
    }
  }
}
