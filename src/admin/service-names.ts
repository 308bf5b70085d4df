import type { ServiceManager } from '../manager/index.ts';
import type { StartType } from '../scm/service-config.ts';

interface Kept<T> {
  readonly at: number;
  readonly value: Promise<T>;
}

/** Settings that a list shows. */
export interface Details {
  readonly startType?: StartType;
  readonly account?: string | null;
}

const KEPT_MS = 30_000;
const MAX_KEPT = 5_000;

/** Display names and the settings that a list shows: they change rarely, so each is read at most once in 30 s. */
export class ServiceNames {
  readonly #manager: ServiceManager;
  readonly #now: () => number;
  readonly #names = new Map<string, Kept<string>>();
  readonly #details = new Map<string, Kept<Details>>();

  /** @param now milliseconds since the epoch */
  constructor(manager: ServiceManager, now: () => number) {
    this.#manager = manager;
    this.#now = now;
  }

  /** Returns the display name of a service. @throws Win32Error 1060 */
  of(service: string): Promise<string> {
    return this.#cached(this.#names, service, () => this.#manager.service(service).displayName());
  }

  /** Returns start type and account; an empty object where the server may not read them. */
  configOf(service: string): Promise<Details> {
    return this.#cached(this.#details, service, async () => {
      try {
        const { startType, account } = await this.#manager.service(service).config();
        return { startType, account };
      } catch {
        return {};
      }
    });
  }

  /** Forgets a service that was changed. */
  forget(service: string): void {
    this.#names.delete(service.toLowerCase());
    this.#details.delete(service.toLowerCase());
  }

  #cached<T>(kept: Map<string, Kept<T>>, service: string, read: () => Promise<T>): Promise<T> {
    const key = service.toLowerCase();
    const known = kept.get(key);
    if (known && known.at > this.#now() - KEPT_MS) return known.value;
    if (kept.size >= MAX_KEPT) kept.clear();
    const value = read();
    kept.set(key, { at: this.#now(), value });
    value.catch(() => kept.delete(key));
    return value;
  }
}
