import { expect, it } from 'vitest';
import { createManualClock } from '../../../src/testing/time/manual-clock.ts';
import { createTimerGroup } from '../../../src/util/timer-group.ts';

it('a group cancels its own timers, one or all, and those of others stay', async () => {
  const clock = createManualClock();
  const group = createTimerGroup(clock);
  const fired: string[] = [];
  const note = (name: string) => (): void => void fired.push(name);
  clock.setTimeout(note('other'), 30);
  group.setTimeout(note('a'), 10);
  const cancel = group.setTimeout(note('b'), 10);
  group.setTimeout(note('c'), 20);
  cancel();
  await clock.advance(15);
  // Once more, after it fired or was cancelled.
  cancel();
  group.clear();
  group.clear();
  await clock.advance(50);
  expect(fired).toEqual(['a', 'other']);
  expect(clock.pending).toBe(0);
});

it('the manual clock fires in the order of time, those of one time in the order of setting', async () => {
  const clock = createManualClock();
  const fired: number[] = [];
  for (const ms of [30, 10, 20, 10, 0, 30]) clock.setTimeout(() => fired.push(ms * 10 + fired.length), ms);
  const cancels = [10, 20, 30].map((ms) => clock.setTimeout(() => fired.push(-1), ms));
  for (const cancel of cancels) cancel();
  await clock.advance(40);
  expect(fired.map((value) => Math.floor(value / 10))).toEqual([0, 10, 10, 20, 30, 30]);
  expect(clock.pending).toBe(0);
});
