import type { AppEvent } from '../plan.ts';

/** What one process of the service tells the test, and what the test lets it do. */
export interface Cues {
  readonly events: readonly AppEvent[];
  emit(event: AppEvent): void;
  event(name: string, nth: number): Promise<AppEvent>;
  hold(handler: string): Promise<void>;
  release(handler: string): void;
}

export function createCues(): Cues {
  const events: AppEvent[] = [];
  const waits = new Set<() => void>();
  const released = new Map<string, number>();
  const leftOf = (handler: string): number | undefined => {
    const left = released.get(handler);
    return left === 0 ? undefined : left;
  };
  const changed = (): void => {
    for (const look of waits) look();
  };
  const when = <T>(look: () => T | undefined): Promise<T> =>
    new Promise((resolve) => {
      const check = (): void => {
        const found = look();
        if (found === undefined) return;
        waits.delete(check);
        resolve(found);
      };
      waits.add(check);
      check();
    });
  return {
    events,
    emit(event) {
      events.push(event);
      changed();
    },
    event: (name, nth) => when(() => events.filter(({ event }) => event === name)[nth - 1]),
    async hold(handler) {
      const left = await when(() => leftOf(handler));
      released.set(handler, left - 1);
    },
    release(handler) {
      released.set(handler, (released.get(handler) ?? 0) + 1);
      changed();
    },
  };
}
