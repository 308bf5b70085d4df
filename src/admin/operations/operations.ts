import { randomUUID } from 'node:crypto';
import { ApiError } from '../api/api-error.ts';
import type { Operation } from '../api/schemas/operation.ts';
import type { ServiceReport } from '../../scm/service-config.ts';
import type { Clock } from '../../util/clock.ts';
import type { ActionWatch } from './run-action.ts';

/** Operation before its start. */
export interface OperationStart extends Pick<Operation, 'service' | 'action' | 'requestedBy' | 'traceId'> {
  readonly reason: string | undefined;
  run(watch: ActionWatch): Promise<void>;
}

/** Options of {@link Operations}. */
export interface OperationsOptions {
  readonly clock: Clock;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Operations that run at the same time. */
  readonly limit: number;
  /** Called with each operation that is new, has made progress, or has ended. */
  readonly changed: (operation: Operation) => void;
  /** Turns the error of an action into the problem document of its operation. */
  readonly toProblem: (error: unknown, operation: Operation) => NonNullable<Operation['error']>;
}

interface Entry {
  operation: Operation;
  /** Error of the action, as it was thrown. */
  error: unknown;
  readonly abort: AbortController;
  readonly done: Promise<void>;
}

const KEPT_MS = 3_600_000;
const KEPT = 500;
const PROGRESS = 50;

/** Running actions, and those that ended within the last hour. One at a time for each service. */
export class Operations {
  readonly #options: OperationsOptions;
  readonly #entries = new Map<string, Entry>();

  constructor(options: OperationsOptions) {
    this.#options = options;
  }

  /** Begins an operation and returns at once. @throws ApiError OPERATION_RUNNING, TOO_MANY_OPERATIONS */
  begin(start: OperationStart): Operation {
    this.#forget();
    const { service, action, requestedBy, traceId, reason } = start;
    const running = [...this.#entries.values()].map(({ operation }) => operation).filter(isRunning);
    const same = running.find((other) => other.service.toLowerCase() === service.toLowerCase());
    if (same)
      throw new ApiError('OPERATION_RUNNING', {
        detail: `The ${same.action} of "${same.service}", asked for by ${same.requestedBy}, is still running.`,
        operation: same.id,
      });
    if (running.length >= this.#options.limit)
      throw new ApiError('TOO_MANY_OPERATIONS', { headers: { 'Retry-After': '1' } });
    const operation: Operation = {
      id: randomUUID(),
      service,
      action,
      state: 'running',
      ...(reason !== undefined && { reason }),
      requestedBy,
      requestedAt: this.#moment(),
      traceId,
      progress: [],
    };
    const abort = new AbortController();
    // In a later turn: `run` may throw at once.
    const done = Promise.resolve().then(() => this.#run(operation.id, start, abort.signal));
    this.#entries.set(operation.id, { operation, error: undefined, abort, done });
    this.#options.changed(operation);
    return operation;
  }

  /** Returns an operation. @throws ApiError OPERATION_NOT_FOUND */
  get(id: string): Operation {
    return this.#entry(id).operation;
  }

  /** Returns the error that an operation failed with, as it was thrown. */
  errorOf(id: string): unknown {
    return this.#entry(id).error;
  }

  /** Returns every known operation, the newest first. */
  list(): Operation[] {
    this.#forget();
    return [...this.#entries.values()].map(({ operation }) => operation).reverse();
  }

  /** Cancels the wait. The service continues with the action. */
  async abandon(id: string): Promise<Operation> {
    const { abort, done } = this.#entry(id);
    abort.abort();
    await done;
    return this.get(id);
  }

  /** Waits until an operation has ended, at most `ms`. */
  async waitFor(id: string, ms: number): Promise<Operation> {
    const { done } = this.#entry(id);
    let cancel = (): void => undefined;
    const late = new Promise<void>((resolve) => {
      cancel = this.#options.clock.setTimeout(resolve, ms);
    });
    await Promise.race([done, late]);
    cancel();
    return this.get(id);
  }

  /** Cancels every wait. */
  async close(): Promise<void> {
    const entries = [...this.#entries.values()];
    for (const { abort } of entries) abort.abort();
    await Promise.all(entries.map(({ done }) => done));
  }

  async #run(id: string, { run }: OperationStart, signal: AbortSignal): Promise<void> {
    const ended = (error?: unknown): void => {
      const entry = this.#entry(id);
      const state = error === undefined ? 'succeeded' : signal.aborted ? 'abandoned' : 'failed';
      entry.error = state === 'failed' ? error : undefined;
      this.#set(id, {
        state,
        finishedAt: this.#moment(),
        ...(state === 'failed' && { error: this.#options.toProblem(error, entry.operation) }),
      });
    };
    try {
      await unlessAborted(run({ signal, onProgress: (report) => this.#progress(id, report) }), signal);
      ended();
    } catch (error) {
      ended(error ?? new Error('unknown error'));
    }
  }

  #progress(id: string, { state, pid, checkpoint, waitHintMs }: ServiceReport): void {
    const { operation } = this.#entry(id);
    if (!isRunning(operation)) return;
    const progress = [...operation.progress, { at: this.#moment(), state, pid, checkpoint, waitHintMs }];
    this.#set(id, { progress: progress.slice(-PROGRESS) });
  }

  #set(id: string, change: Partial<Operation>): void {
    const entry = this.#entry(id);
    entry.operation = { ...entry.operation, ...change };
    this.#options.changed(entry.operation);
  }

  #entry(id: string): Entry {
    const entry = this.#entries.get(id);
    if (!entry) throw new ApiError('OPERATION_NOT_FOUND', { detail: `There is no operation "${id}".` });
    return entry;
  }

  #forget(): void {
    const oldest = this.#options.now() - KEPT_MS;
    const ended = [...this.#entries.values()].map(({ operation }) => operation).filter((its) => !isRunning(its));
    const surplus = new Set(ended.slice(0, Math.max(0, ended.length - KEPT)));
    for (const operation of ended) {
      if (surplus.has(operation) || Date.parse(operation.finishedAt ?? '') < oldest) this.#entries.delete(operation.id);
    }
  }

  #moment(): string {
    return new Date(this.#options.now()).toISOString();
  }
}

function isRunning({ state }: Operation): boolean {
  return state === 'running';
}

/** Some calls of the SCM can't be canceled; the wait for them can. */
async function unlessAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
  await Promise.race([work, aborted]);
}
