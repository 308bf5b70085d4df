/** Limits how many tasks run at once; first come, first served. */
export interface Semaphore {
  /** Calls `start` when there is room, now or later, with a function that frees the place. Returns a function that leaves the queue. */
  take(start: (release: () => void) => void): () => void;
  readonly running: number;
  readonly waiting: number;
}

export function createSlots(limit: number): Semaphore {
  const waiting = new Set<() => void>();
  let running = 0;

  function release(): void {
    running -= 1;
    const [next] = waiting;
    if (!next) return;
    waiting.delete(next);
    next();
  }
  return {
    take(start) {
      const enter = (): void => {
        running += 1;
        let held = true;
        start(() => {
          if (held) release();
          held = false;
        });
      };
      if (running < limit) enter();
      else waiting.add(enter);
      return () => {
        waiting.delete(enter);
      };
    },
    get running() {
      return running;
    },
    get waiting() {
      return waiting.size;
    },
  };
}
