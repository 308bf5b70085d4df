import { beforeEach, describe, expect, it } from 'vitest';
import { defineService } from '../../../src/index.ts';
import { createMockScm, type ManualClock, type MockScm } from '../../../src/testing/index.ts';
import { AsyncQueue } from '../../../src/util/async-queue.ts';

let scm: MockScm;
beforeEach(() => {
  scm = createMockScm();
});

/** Watches until `count` statuses were seen, while the time goes on by `stepMs` at a time. */
async function watch(count: number, options: object, meanwhile: () => Promise<void>, stepMs = 10): Promise<string[]> {
  const states: string[] = [];
  const watching = (async () => {
    for await (const { state } of scm.manager().service('Quick').watch(options)) {
      states.push(state);
      if (states.length === count) return;
    }
  })();
  let over = false;
  void watching.then(() => (over = true));
  await scm.clock.advance(stepMs);
  await meanwhile();
  for (let i = 0; i < 100 && !(over as boolean); i++) await scm.clock.advance(stepMs);
  if (!(over as boolean)) states.push('(nothing more)');
  return states;
}

async function startAndStop(): Promise<void> {
  const run = await scm.start(defineService({ name: 'Quick', start: () => undefined }));
  await run.stop();
}

describe('watch', () => {
  beforeEach(async () => {
    await startAndStop();
  });

  it('sees states that last no time at all, because it is told of them', async () => {
    expect(await watch(5, {}, startAndStop)).toEqual(['stopped', 'startPending', 'running', 'stopPending', 'stopped']);
  });

  it('looks where the SCM refuses to tell', async () => {
    scm.failNext('NotifyServiceStatusChangeW', 'ERROR_CALL_NOT_IMPLEMENTED');
    const seen = await watch(2, { interval: 10 }, async () => {
      await scm.start(defineService({ name: 'Quick', start: () => undefined }));
    });
    expect(seen).toEqual(['stopped', 'running']);
  });

  it('does not look at a state that lasts', async () => {
    scm.failNext('QueryServiceStatusEx', 'ERROR_ACCESS_DENIED');
    expect(await watch(2, {}, () => Promise.resolve(), 60_000)).toEqual(['stopped', '(nothing more)']);
    expect(() => {
      scm.assertSettled();
    }).toThrow('QueryServiceStatusEx');
  });

  it('looks at the checkpoints of a pending state, which nobody tells', async () => {
    const slow = defineService({
      name: 'Quick',
      async start(ctx) {
        for (let i = 0; i < 3; i++) {
          await new Promise<void>((resolve) => scm.clock.setTimeout(resolve, 1_000));
          ctx.checkpoint('on the way');
        }
      },
    });
    const seen = await watch(5, {}, () => {
      void scm.start(slow).catch(() => undefined);
      return Promise.resolve();
    });
    expect(seen.filter((state) => state === 'startPending').length).toBeGreaterThanOrEqual(3);
  });
});

describe('a feed', () => {
  const timer = (clock: ManualClock) => (fn: () => void, ms: number) => clock.setTimeout(fn, ms);

  it('gives out what came, in order, also after its end', async () => {
    const feed = new AsyncQueue<number>(timer(scm.clock));
    feed.push(1);
    feed.push(2);
    feed.end();
    feed.push(3);
    expect([await feed.next(100), await feed.next(100), await feed.next(100)]).toEqual([1, 2, undefined]);
  });

  it('ends a wait with an item, with the time, with an abort, with its end', async () => {
    const clock = scm.clock;
    const feed = new AsyncQueue<number>(timer(clock));
    const item = feed.next(100);
    feed.push(1);
    expect(await item).toBe(1);
    const late = feed.next(100);
    await clock.advance(100);
    expect(await late).toBeUndefined();
    const controller = new AbortController();
    const aborted = feed.next(Infinity, controller.signal);
    controller.abort();
    expect(await aborted).toBeUndefined();
    const ended = feed.next(Infinity);
    feed.end();
    expect(await ended).toBeUndefined();
    expect(clock.pending).toBe(0);
  });
});
