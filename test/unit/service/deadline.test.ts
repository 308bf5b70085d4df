import { describe, expect, it, vi } from 'vitest';
import { Deadline, LATE_GRACE_MS } from '../../../src/service/deadline.ts';
import { createDeferred } from '../../../src/util/deferred.ts';
import { createManualClock } from '../../support/manual-clock.ts';

const late = (): Error => new Error('late');
const never = createDeferred<string>().promise;

function setUp(ms: number) {
  const clock = createManualClock();
  return { clock, deadline: new Deadline(clock, clock.now() + ms) };
}

describe('Deadline', () => {
  it('knows what is left, never below 0, and aborts its signal when it is reached', () => {
    const { clock, deadline } = setUp(100);
    clock.advance(40);
    expect(deadline.leftMs).toBe(60);
    expect(deadline.passed).toBe(false);
    clock.advance(60);
    expect(deadline.passed).toBe(true);
    expect(deadline.signal.aborted).toBe(true);
    clock.advance(10);
    expect(deadline.leftMs).toBe(0);
  });

  it('moves later only', () => {
    const { clock, deadline } = setUp(100);
    deadline.extendTo(clock.now() + 50);
    expect(deadline.leftMs).toBe(100);
    deadline.extendTo(clock.now() + 200);
    clock.advance(150);
    expect(deadline.passed).toBe(false);
    clock.advance(50);
    expect(deadline.passed).toBe(true);
  });

  it('stays passed: what was given up is not taken back', () => {
    const { clock, deadline } = setUp(100);
    clock.advance(100);
    deadline.extendTo(clock.now() + 1_000);
    expect(deadline.passed).toBe(true);
    expect(deadline.leftMs).toBe(0);
  });

  it('may be never', () => {
    const clock = createManualClock();
    const deadline = new Deadline(clock, Infinity);
    expect(clock.pending).toBe(0);
    expect(deadline.leftMs).toBe(Infinity);
  });

  it('leaves no timer behind when it is cleared', () => {
    const { clock, deadline } = setUp(100);
    deadline.clear();
    expect(clock.pending).toBe(0);
  });
});

describe('Deadline.earlier', () => {
  it('is never later than the one that it lies in', () => {
    const { clock, deadline } = setUp(100);
    expect(deadline.earlier(clock.now() + 50).leftMs).toBe(50);
    expect(deadline.earlier(Infinity).leftMs).toBe(100);
  });

  it('takes the outer one along when it is extended', () => {
    const { clock, deadline } = setUp(100);
    deadline.earlier(clock.now() + 50).extendTo(clock.now() + 300);
    expect(deadline.leftMs).toBe(300);
  });
});

describe('Deadline.race', () => {
  it('gives the result, or the error, of the work', async () => {
    const { deadline } = setUp(100);
    await expect(deadline.race(() => 'done', late)).resolves.toBe('done');
    await expect(deadline.race(() => Promise.reject(new Error('failed')), late)).rejects.toThrow('failed');
    await expect(
      deadline.race(() => {
        throw new Error('thrown');
      }, late),
    ).rejects.toThrow('thrown');
  });

  it('rejects at the deadline', async () => {
    const { clock, deadline } = setUp(100);
    const race = deadline.race(() => never, late);
    clock.advance(100);
    await expect(race).rejects.toThrow('late');
  });

  it('follows a deadline that was moved meanwhile', async () => {
    const { clock, deadline } = setUp(100);
    const done = vi.fn();
    const race = deadline.race(() => never, late).catch(done);
    deadline.extendTo(clock.now() + 200);
    await clock.advanceAsync(199);
    expect(done).not.toHaveBeenCalled();
    await clock.advanceAsync(1);
    await race;
    expect(done).toHaveBeenCalledOnce();
  });

  it('is not moved when it is firm, nor is what is inside of it', () => {
    const clock = createManualClock();
    const firm = new Deadline(clock, clock.now() + 1_000, { firm: true });
    const inner = firm.earlier(clock.now() + 100);
    inner.extendTo(clock.now() + 5_000);
    firm.extendTo(clock.now() + 5_000);
    expect([firm.leftMs, inner.leftMs]).toEqual([1_000, 1_000]);
  });

  it('calls the work even when the time is up, and takes what it gives at once', async () => {
    const { clock, deadline } = setUp(0);
    clock.advance(0);
    await expect(deadline.race(() => 'done', late)).resolves.toBe('done');
  });

  it('does not wait for work that begins after the deadline', async () => {
    const { clock, deadline } = setUp(0);
    clock.advance(0);
    await expect(deadline.race(() => never, late)).rejects.toThrow('late');
  });
});

describe('a deadline that passes while the machine sleeps', () => {
  it('comes one grace period later, once', () => {
    const { clock, deadline } = setUp(1_000);
    clock.sleep(3_600_000);
    clock.advance(0);
    expect([deadline.passed, deadline.leftMs]).toEqual([false, LATE_GRACE_MS]);
    clock.sleep(3_600_000);
    clock.advance(0);
    expect(deadline.passed).toBe(true);
  });

  it('stays where the system ends the process anyway', () => {
    const clock = createManualClock();
    const deadline = new Deadline(clock, clock.now() + 1_000, { firm: true });
    clock.sleep(3_600_000);
    clock.advance(0);
    expect(deadline.passed).toBe(true);
  });
});
