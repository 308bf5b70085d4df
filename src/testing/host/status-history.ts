import type { ExitCode, ServiceState, ServiceStatus } from 'winsvc';
import { ServiceError } from '../../errors/service-error.ts';
import { nameExit } from '../../scm/exit-code.ts';
import type { Clock } from '../../util/clock.ts';
import { createDeferred, type Deferred } from '../../util/deferred.ts';

/** Status, and when it was reported, in milliseconds of the mock's clock. */
export type HistoryEntry = ServiceStatus & { readonly at: number };

/** Statuses that one process of a service reported, and the waits for a state. */
export class StatusHistory {
  /** Reported statuses in order, without the one that the SCM assumes before the first. */
  readonly entries: HistoryEntry[] = [];
  readonly #service: string;
  readonly #clock: Clock;
  readonly #waits = new Set<{ state: ServiceState; done: Deferred<undefined> }>();
  #status: ServiceStatus = { state: 'startPending', checkpoint: 0, waitHintMs: 2_000, accepts: [] };

  constructor(service: string, clock: Clock) {
    this.#service = service;
    this.#clock = clock;
  }

  get status(): ServiceStatus {
    return this.#status;
  }

  enter(status: ServiceStatus): void {
    this.#status = status;
    this.entries.push({ ...status, at: this.#clock.now() });
    this.#answerWaits();
  }

  /** Resolves at this state. @throws ServiceError STATE_NOT_REACHED when the service stops instead */
  next(state: ServiceState): Promise<undefined> {
    const wait = { state, done: createDeferred<undefined>() };
    this.#waits.add(wait);
    this.#answerWaits();
    return wait.done.promise;
  }

  #answerWaits(): void {
    for (const wait of this.#waits) {
      if (wait.state === this.#status.state) wait.done.resolve(undefined);
      else if (this.#status.state === 'stopped') wait.done.reject(this.#notReached(wait.state, this.#status.exit));
      else continue;
      this.#waits.delete(wait);
    }
  }

  #notReached(state: ServiceState, exit: ExitCode): ServiceError {
    return new ServiceError(
      'STATE_NOT_REACHED',
      `Service "${this.#service}" did not become ${state}: it stopped with ${nameExit(exit)}.`,
      { details: { state, exit } },
    );
  }
}
