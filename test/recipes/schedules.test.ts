// The recipe with croner: one run a day, also on the days when the clocks change, and a stop that waits for the run.
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createMockScm } from 'winsvc/testing';
import { createService } from '../../examples/schedules/service.js';

const HOUR = 3_600_000;

afterEach(() => {
  vi.useRealTimers();
});

/** Lets hours pass in steps, as the timers of a machine that runs all the time. */
async function pass(hours: number): Promise<void> {
  for (let i = 0; i < hours * 4; i += 1) await vi.advanceTimersByTimeAsync(HOUR / 4);
}

describe('schedules', () => {
  it.each([
    // 2:30 doesn't exist: the run is at the first moment after the gap.
    [
      'set forward',
      '2026-03-27T12:00:00Z',
      ['2026-03-28T01:30:00.000Z', '2026-03-29T01:00:00.000Z', '2026-03-30T00:30:00.000Z'],
    ],
    // 2:30 comes twice: the run is at the first.
    [
      'set back',
      '2026-10-23T12:00:00Z',
      ['2026-10-24T00:30:00.000Z', '2026-10-25T00:30:00.000Z', '2026-10-26T01:30:00.000Z'],
    ],
  ])('run once a day when the clocks are %s', async (_title, from, expected) => {
    vi.useFakeTimers({
      now: new Date(from),
      toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'],
    });
    const runs: string[] = [];
    const scm = createMockScm();
    const report = async () => void runs.push(new Date().toISOString());
    const run = await scm.start(createService({ report }));
    await pass(3 * 24);
    await run.stop();
    expect(runs).toEqual(expected);
    await pass(25);
    expect(runs).toHaveLength(3);
    scm.assertSettled();
  });

  it('a stop waits for the run under way, which can end early', async () => {
    vi.useFakeTimers({
      now: new Date('2026-06-01T00:29:59Z'),
      toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'],
    });
    const scm = createMockScm();
    let end: () => void = () => undefined;
    let aborted = false;
    const report = (signal: AbortSignal) =>
      new Promise<void>((resolve) => {
        signal.addEventListener('abort', () => (aborted = true));
        end = resolve;
      });
    const run = await scm.start(createService({ report }));
    await vi.advanceTimersByTimeAsync(5_000);
    const stopping = run.stop();
    await vi.advanceTimersByTimeAsync(0);
    expect(run.state).toBe('stopPending');
    expect(aborted).toBe(true);
    end();
    expect((await stopping).exit).toEqual({ win32: 0 });
  });

  it('an error of a run is logged, and the next run comes', async () => {
    vi.useFakeTimers({
      now: new Date('2026-06-01T00:29:59Z'),
      toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'],
    });
    const scm = createMockScm();
    let runs = 0;
    const report = () => {
      runs += 1;
      return Promise.reject(new Error('no database'));
    };
    const run = await scm.start(createService({ report }));
    await pass(25);
    expect(runs).toBe(2);
    expect(run.state).toBe('running');
    expect(run.log.map(({ message }) => message)).toContain('the report failed');
    await run.stop();
  });
});
