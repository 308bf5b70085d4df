import type { ScmClient, StatusSubscription } from '../../scm/scm-client.ts';
import type { ServiceReport } from '../../scm/service-config.ts';

/** First pause between two polls: most services are quick. Later pauses grow. */
const FIRST_POLL_MS = 2;
/** Pause from which notifications are worth their thread, which costs more than a few polls. */
const SUBSCRIBE_POLL_MS = 20;
/** Time that a notification may take to follow a state that a poll has shown. */
const GRACE_MS = 100;

/**
 * Reads the statuses of one service, one after another: from the SCM's notifications where there are any, otherwise by
 * polling. Checkpoints are never notified, so a pending state is polled either way.
 */
export class StatusPoller {
  readonly #client: ScmClient;
  readonly #name: string;
  readonly #longestMs: number;
  #pauseMs = FIRST_POLL_MS;
  #last: ServiceReport | undefined;
  #subscription: StatusSubscription | undefined;
  #requested = false;
  #closed = false;

  /** @param longestMs longest time between two polls, where a change may come without a notification */
  constructor(client: ScmClient, name: string, longestMs: number) {
    this.#client = client;
    this.#name = name;
    this.#longestMs = longestMs;
  }

  /** Subscribes to the SCM's notifications, if it has them: from then on no state is missed. */
  async subscribe(): Promise<void> {
    if (this.#requested || !this.#client.supportsNotify) return;
    this.#requested = true;
    const subscription = await this.#client.subscribe(this.#name);
    if (this.#closed) subscription.close();
    else this.#subscription = subscription;
  }

  /**
   * Returns the next status: the first at once, a later one with the next change or poll, after `maxMs` at the latest.
   *
   * @throws Win32Error
   */
  async next(maxMs: number, signal: AbortSignal | undefined): Promise<ServiceReport> {
    const notified = await this.#nextNotified(this.#last ? this.#untilPoll(this.#last, maxMs) : 0, signal);
    if (notified) return notified;
    if (this.#last) {
      if (signal?.aborted) return this.#last;
      if (!this.#subscription?.live) await this.#wait(maxMs, signal);
    }
    return this.#poll(signal);
  }

  close(): void {
    this.#closed = true;
    this.#subscription?.close();
  }

  #untilPoll({ state }: ServiceReport, maxMs: number): number {
    return state.endsWith('Pending') ? Math.min(this.#longestMs, maxMs) : maxMs;
  }

  async #nextNotified(ms: number, signal: AbortSignal | undefined): Promise<ServiceReport | undefined> {
    const notified = await this.#subscription?.next(ms, signal);
    if (!notified) return undefined;
    // A poll was faster, and has read a later checkpoint.
    return this.#last && isBehind(notified, this.#last) ? this.#last : this.#note(notified);
  }

  /** Waits between two polls. */
  async #wait(maxMs: number, signal: AbortSignal | undefined): Promise<void> {
    if (this.#pauseMs > SUBSCRIBE_POLL_MS) void this.subscribe();
    await this.#client.nextChange(this.#name, Math.min(this.#pauseMs, maxMs), signal);
    this.#pauseMs = Math.min(this.#longestMs, this.#pauseMs * 1.5);
  }

  async #poll(signal: AbortSignal | undefined): Promise<ServiceReport> {
    let seen: ServiceReport;
    try {
      seen = await this.#client.status(this.#name);
    } catch (error) {
      // A notification from before the deletion must not be lost.
      const notified = await this.#nextNotified(GRACE_MS, signal);
      if (notified) return notified;
      throw error;
    }
    // Another state will be notified too, after those before it. The SCM may have lost it (Wine, when a process is killed).
    const isOther = this.#last !== undefined && seen.state !== this.#last.state;
    const notified = isOther && this.#subscription?.live ? await this.#nextNotified(GRACE_MS, signal) : undefined;
    return notified ?? this.#note(seen);
  }

  #note(report: ServiceReport): ServiceReport {
    if (!this.#last || isNews(this.#last, report)) this.#pauseMs = FIRST_POLL_MS;
    this.#last = report;
    return report;
  }
}

/** Returns whether a status is of the same pending state, with less progress. */
function isBehind(notified: ServiceReport, seen: ServiceReport): boolean {
  return notified.state === seen.state && notified.pid === seen.pid && notified.checkpoint < seen.checkpoint;
}

/** Returns whether a status differs from the one before it. */
export function isNews(before: ServiceReport, now: ServiceReport): boolean {
  return before.state !== now.state || before.checkpoint !== now.checkpoint || before.pid !== now.pid;
}
