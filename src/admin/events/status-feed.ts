import { setMaxListeners } from 'node:events';
import type { ListedService, ServiceManager } from '../../manager/index.ts';
import type { ServiceReport } from '../../scm/service-config.ts';
import type { Clock } from '../../util/clock.ts';

/** Options of {@link StatusFeed}. */
export interface StatusFeedOptions {
  readonly manager: ServiceManager;
  readonly clock: Clock;
  /** Services whose changes are reported at once: the writable ones. The others are polled. */
  readonly isWatched: (service: string) => boolean;
  readonly changed: (name: string, report: ServiceReport | undefined) => void;
  readonly failed: (error: unknown) => void;
}

const POLL_MS = 1_000;
const RETRY_MS = 5_000;
/** Each uses a notification of the SCM. */
const MAX_WATCHED = 200;

/**
 * Detects changes of states while there are listeners. The SCM reports those of writable services; the list of all is
 * read once a second.
 */
export class StatusFeed {
  readonly #options: StatusFeedOptions;
  readonly #known = new Map<string, ServiceReport>();
  readonly #watched = new Set<string>();
  #abort: AbortController | undefined;
  #cancel: (() => void) | undefined;

  constructor(options: StatusFeedOptions) {
    this.#options = options;
  }

  /** Begins or ends. */
  run(on: boolean): void {
    if (on === (this.#abort !== undefined)) return;
    if (on) {
      this.#abort = new AbortController();
      // One listener for each service that is watched.
      setMaxListeners(0, this.#abort.signal);
      void this.#poll(this.#abort.signal, true);
    } else {
      this.#abort?.abort();
      this.#abort = undefined;
      this.#cancel?.();
      this.#known.clear();
    }
  }

  async #poll(signal: AbortSignal, first = false): Promise<void> {
    let next = POLL_MS;
    try {
      const services = await this.#options.manager.list();
      if (signal.aborted) return;
      this.#compare(services, first);
      for (const { name } of services) this.#watch(name, signal);
    } catch (error) {
      if (signal.aborted) return;
      this.#options.failed(error);
      next = RETRY_MS;
    }
    this.#cancel = this.#options.clock.setTimeout(() => void this.#poll(signal), next);
  }

  #compare(services: readonly ListedService[], first: boolean): void {
    const gone = new Set(this.#known.keys());
    for (const service of services) {
      gone.delete(service.name);
      if (first) this.#known.set(service.name, service);
      else if (!this.#watched.has(service.name)) this.#note(service.name, service);
    }
    for (const name of gone) {
      this.#known.delete(name);
      this.#options.changed(name, undefined);
    }
  }

  #watch(name: string, signal: AbortSignal): void {
    if (this.#watched.has(name) || this.#watched.size >= MAX_WATCHED || !this.#options.isWatched(name)) return;
    this.#watched.add(name);
    void this.#follow(name, signal).finally(() => this.#watched.delete(name));
  }

  async #follow(name: string, signal: AbortSignal): Promise<void> {
    try {
      for await (const report of this.#options.manager.service(name).watch({ signal })) {
        if (signal.aborted) return;
        this.#note(name, report);
      }
    } catch {
      // Deleted, or not reachable: the next list, a second later, shows which.
    }
  }

  #note(name: string, report: ServiceReport): void {
    const before = this.#known.get(name);
    this.#known.set(name, report);
    if (before?.state === report.state && before.pid === report.pid && before.checkpoint === report.checkpoint) return;
    this.#options.changed(name, report);
  }
}
