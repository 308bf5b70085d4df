import type { Clock } from './clock.ts';

/** Timers by the thousand behind one timer of the clock. */
export interface TimerQueue extends Clock {
  /** Forgets every timer. */
  clear(): void;
}

/**
 * Timers that fall due within the same slot run together, a little late rather than early: thousands of checks then
 * cost the process one wake-up per slot, and adding or cancelling one costs the same however many there are.
 *
 * @param slotMs how late a timer may be; default 10.
 */
export function createTimerQueue(clock: Clock, slotMs = 10): TimerQueue {
  const slots = new Map<number, Set<() => void>>();
  const order: number[] = [];
  let armed: { slot: number; cancel: () => void } | undefined;

  function arm(): void {
    const next = order[0];
    if (next === armed?.slot) return;
    armed?.cancel();
    armed = undefined;
    if (next === undefined) return;
    armed = { slot: next, cancel: clock.setTimeout(fire, Math.max(0, next * slotMs - clock.now())) };
  }

  function fire(): void {
    armed = undefined;
    const now = clock.now();
    for (let slot = order[0]; slot !== undefined && slot * slotMs <= now; slot = order[0]) {
      heapPop(order);
      const due = slots.get(slot);
      slots.delete(slot);
      for (const fn of due ?? []) fn();
    }
    arm();
  }

  return {
    now: () => clock.now(),
    setTimeout(fn, ms) {
      const slot = Math.ceil((clock.now() + Math.max(0, ms)) / slotMs);
      const due = slots.get(slot) ?? new Set();
      // The same function may be waiting twice.
      const entry = (): void => {
        fn();
      };
      due.add(entry);
      if (!slots.has(slot)) {
        slots.set(slot, due);
        heapPush(order, slot);
        arm();
      }
      return () => {
        due.delete(entry);
      };
    },
    clear() {
      slots.clear();
      order.length = 0;
      arm();
    },
  };
}

function heapPush(heap: number[], value: number): void {
  let at = heap.push(value) - 1;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if ((heap[parent] as number) <= value) break;
    heap[at] = heap[parent] as number;
    at = parent;
  }
  heap[at] = value;
}

function heapPop(heap: number[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && (heap[child + 1] as number) < (heap[child] as number)) child += 1;
    if ((heap[child] as number) >= last) break;
    heap[at] = heap[child] as number;
    at = child;
  }
  heap[at] = last;
}
