import type { ScmClient, StatusSubscription } from '../../scm/scm-client.ts';
import type { ServiceReport } from '../../scm/service-config.ts';

/** Short at first, because most services are quick; then rarer. */
const FIRST_POLL_MS = 2;
/** What takes longer than a few looks is worth being told of: a notification thread costs more than those. */
const FOLLOW_POLL_MS = 20;
/** How long a state that a look has shown may take to be told too. */
const GRACE_MS = 100;

/**
 * The statuses of one service, one after another: told by the SCM where it does that, looked at otherwise. Checkpoints
 * are never told, so a pending state is looked at either way.
 */
export class StatusPoller {
  readonly #client: ScmClient;
  readonly #name: string;
  readonly #longestMs: number;
  #poll = FIRST_POLL_MS;
  #last: ServiceReport | undefined;
  #feed: StatusSubscription | undefined;
  #asked = false;
  #closed = false;

  /** @param longestMs the longest time between two looks, where something may change that isn't told */
  constructor(client: ScmClient, name: string, longestMs: number) {
    this.#client = client;
    this.#name = name;
    this.#longestMs = longestMs;
  }

  /** Has the SCM tell of changes, if it can: from then on no state is missed. */
  async follow(): Promise<void> {
    if (this.#asked || !this.#client.supportsNotify) return;
    this.#asked = true;
    const feed = await this.#client.follow(this.#name);
    if (this.#closed) feed.close();
    else this.#feed = feed;
  }

  /** The first: at once. The next: when there is news, or it was time to look, after `maxMs` at the latest. @throws Win32Error */
  async next(maxMs: number, signal: AbortSignal | undefined): Promise<ServiceReport> {
    const told = await this.#told(this.#last ? this.#untilLook(this.#last, maxMs) : 0, signal);
    if (told) return told;
    if (this.#last) {
      if (signal?.aborted) return this.#last;
      if (!this.#feed?.live) await this.#wait(maxMs, signal);
    }
    return this.#look(signal);
  }

  close(): void {
    this.#closed = true;
    this.#feed?.close();
  }

  #untilLook({ state }: ServiceReport, maxMs: number): number {
    return state.endsWith('Pending') ? Math.min(this.#longestMs, maxMs) : maxMs;
  }

  async #told(ms: number, signal: AbortSignal | undefined): Promise<ServiceReport | undefined> {
    const told = await this.#feed?.next(ms, signal);
    if (!told) return undefined;
    // A look was faster: this is what it was before.
    return this.#last && isBehind(told, this.#last) ? this.#last : this.#note(told);
  }

  /** Between two looks. */
  async #wait(maxMs: number, signal: AbortSignal | undefined): Promise<void> {
    if (this.#poll > FOLLOW_POLL_MS) void this.follow();
    await this.#client.nextChange(this.#name, Math.min(this.#poll, maxMs), signal);
    this.#poll = Math.min(this.#longestMs, this.#poll * 1.5);
  }

  async #look(signal: AbortSignal | undefined): Promise<ServiceReport> {
    let seen: ServiceReport;
    try {
      seen = await this.#client.status(this.#name);
    } catch (error) {
      // What was told before the service went must not be lost.
      const told = await this.#told(GRACE_MS, signal);
      if (told) return told;
      throw error;
    }
    // Another state will be told too, and what came before it first. The SCM may have lost it (Wine, when a process is killed).
    const isOther = this.#last !== undefined && seen.state !== this.#last.state;
    const told = isOther && this.#feed?.live ? await this.#told(GRACE_MS, signal) : undefined;
    return told ?? this.#note(seen);
  }

  #note(report: ServiceReport): ServiceReport {
    if (!this.#last || isNews(this.#last, report)) this.#poll = FIRST_POLL_MS;
    this.#last = report;
    return report;
  }
}

/** Whether a status is of the same pending state, with less progress. */
function isBehind(told: ServiceReport, seen: ServiceReport): boolean {
  return told.state === seen.state && told.pid === seen.pid && told.checkpoint < seen.checkpoint;
}

/** Whether a status says something that the one before it didn't. */
export function isNews(before: ServiceReport, now: ServiceReport): boolean {
  return before.state !== now.state || before.checkpoint !== now.checkpoint || before.pid !== now.pid;
}
