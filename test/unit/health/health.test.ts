import { describe, expect, it } from 'vitest';
import {
  customCheck,
  createHealth,
  type CheckContext,
  type CheckOptions,
  type HealthOptions,
} from '../../../src/health/index.ts';
import { createManualClock } from '../../../src/testing/time/manual-clock.ts';

function setUp(checks: HealthOptions['checks'], options: Partial<HealthOptions> = {}) {
  const clock = createManualClock();
  const health = createHealth({ checks, clock, jitter: 0, ...options });
  return { clock, health };
}

/** A check whose answer the test sets, and which tells when it ran. */
function probe(name: string, options: CheckOptions = {}) {
  const answer = { runs: [] as number[], ok: true };
  const run = ({ clock }: CheckContext): boolean => {
    answer.runs.push(clock.now() - Date.UTC(2026, 0, 1));
    return answer.ok;
  };
  return Object.assign(answer, { check: customCheck(name, run, options) });
}

describe('createHealth', () => {
  it('runs each check in its interval and tells of every change', async () => {
    const a = probe('a', { interval: '5s' });
    const { clock, health } = setUp([a.check]);
    const moves: string[] = [];
    health.on('checkChange', (report, before) => moves.push(`${before} → ${report.state}`));
    health.on('change', (state, before) => moves.push(`whole: ${before} → ${state}`));
    expect(health.state).toBe('starting');
    health.start();
    health.start();
    await clock.advance('11s');
    expect(a.runs).toEqual([0, 5_000, 10_000]);
    a.ok = false;
    await clock.advance('15s');
    expect(health.state).toBe('unhealthy');
    a.ok = true;
    await clock.advance('10s');
    expect(moves).toEqual([
      'starting → healthy',
      'whole: starting → healthy',
      'healthy → suspect',
      'whole: healthy → suspect',
      'suspect → unhealthy',
      'whole: suspect → unhealthy',
      'unhealthy → recovering',
      'whole: unhealthy → recovering',
      'recovering → healthy',
      'whole: recovering → healthy',
    ]);
    health.stop();
    health.stop();
    expect(clock.pending).toBe(0);
  });

  it('gives a check up at its timeout, aborts it, and never runs it twice at once', async () => {
    let running = 0;
    let aborted = 0;
    const stuck = customCheck(
      'stuck',
      ({ signal }) => {
        running += 1;
        signal.addEventListener('abort', () => (aborted += 1));
        return new Promise<boolean>(() => undefined);
      },
      { interval: '5s', timeout: '2s' },
    );
    const { clock, health } = setUp([stuck]);
    health.start();
    await clock.advance('3s');
    expect(health.check('stuck')).toMatchObject({
      state: 'suspect',
      message: 'no answer within 2 s',
      latencyMs: 2_000,
    });
    await clock.advance('8s');
    expect([running, aborted]).toEqual([1, 1]);
    expect(health.check('stuck')).toMatchObject({ state: 'unhealthy', message: 'the run before has not ended yet' });
    health.stop();
  });

  it('keeps the others in time while more checks hang than may run at once', async () => {
    const hanging = Array.from({ length: 40 }, (_, n) =>
      customCheck(`hang ${n}`, () => new Promise<boolean>(() => undefined), {
        interval: '5s',
        timeout: '4s',
        critical: false,
      }),
    );
    const quick = probe('quick', { interval: '5s' });
    const { clock, health } = setUp([...hanging, quick.check], { concurrency: 40 });
    health.start();
    await clock.advance('61s');
    // Only the first run waits, for the second after which a slow check gives up its place.
    expect(quick.runs).toHaveLength(13);
    expect(Math.max(...quick.runs.slice(1).map((at, n) => at - quick.runs[n]!))).toBeLessThanOrEqual(5_010);
    health.stop();
  });

  it('never runs more than it may at once', async () => {
    let running = 0;
    let most = 0;
    const checks = Array.from({ length: 100 }, (_, n) =>
      customCheck(`c${n}`, async ({ clock }) => {
        most = Math.max(most, ++running);
        await new Promise<void>((resolve) => clock.setTimeout(resolve, 100));
        running -= 1;
      }),
    );
    const { clock, health } = setUp(checks, { concurrency: 7 });
    health.start();
    await clock.advance('9s');
    expect(most).toBe(7);
    expect(health.state).toBe('healthy');
    health.stop();
  });

  it('spreads checks with jitter', async () => {
    const probes = Array.from({ length: 20 }, (_, n) => probe(`p${n}`, { interval: '5s' }));
    const { clock, health } = setUp(
      probes.map((its) => its.check),
      { jitter: 0.2, random: randomFrom(1) },
    );
    health.start();
    await clock.advance('30s');
    const second = new Set(probes.map(({ runs }) => runs[2]));
    expect(second.size).toBeGreaterThan(15);
    for (const { runs } of probes)
      for (const [n, at] of runs.entries()) if (n) expect(at - runs[n - 1]!).toBeGreaterThan(4_400);
    health.stop();
  });

  it('asks a check only while those that it depends on are healthy, and at once when they are', async () => {
    const db = probe('db', { interval: '5s' });
    const api = probe('api', { interval: '60s', dependsOn: ['db'] });
    db.ok = false;
    const { clock, health } = setUp([api.check, db.check]);
    health.start();
    await clock.advance('21s');
    expect(api.runs).toEqual([]);
    expect(health.check('api')).toMatchObject({ state: 'starting', blockedBy: 'db' });
    db.ok = true;
    await clock.advance('10s');
    expect(api.runs).toEqual([30_000]);
    expect(health.check('api')).toMatchObject({ state: 'healthy', blockedBy: undefined });
    health.stop();
  });

  it('is suspect at most when a check that is not critical fails', async () => {
    const a = probe('a');
    const b = probe('b', { critical: false });
    b.ok = false;
    const { clock, health } = setUp([a.check, b.check]);
    health.start();
    await clock.advance('60s');
    expect(health.state).toBe('suspect');
    expect(health.check('b')?.state).toBe('unhealthy');
    expect(health.is('ready')).toBe(true);
    health.stop();
  });

  it('is started once everything was healthy, live while nothing that live tests is unhealthy', async () => {
    const a = probe('a', { interval: '5s' });
    const loop = probe('loop', { interval: '5s', probes: ['live'] });
    const { clock, health } = setUp([a.check, loop.check]);
    expect([health.is('live'), health.is('startup'), health.is('ready')]).toEqual([true, false, false]);
    health.start();
    await clock.advance('1s');
    expect([health.is('live'), health.is('startup'), health.is('ready')]).toEqual([true, true, true]);
    a.ok = false;
    await clock.advance('5s');
    expect(health.is('ready'), 'one failure takes nothing out of use').toBe(true);
    await clock.advance('10s');
    expect([health.is('live'), health.is('startup'), health.is('ready')]).toEqual([true, true, false]);
    loop.ok = false;
    await clock.advance('15s');
    expect(health.is('live')).toBe(false);
    health.stop();
  });

  it('starts again after a stop, and refuses to after it was disposed of', async () => {
    const a = probe('a', { interval: '5s' });
    const { clock, health } = setUp([a.check]);
    health.start();
    await clock.advance('1s');
    health.stop();
    await clock.advance('1m');
    expect(a.runs).toHaveLength(1);
    health.start();
    await clock.advance('1s');
    expect(a.runs).toHaveLength(2);
    await health[Symbol.asyncDispose]();
    expect(() => {
      health.start();
    }).toThrow(expect.objectContaining({ code: 'CLOSED' }) as Error);
  });

  it('names everything that is wrong with its options', () => {
    const one = customCheck('x', () => true, { dependsOn: ['y', 'z'] });
    const two = customCheck('y', () => true, { dependsOn: ['x'] });
    expect(() => createHealth({ checks: [one, two, two], concurrency: 0 })).toThrow(
      /4 options are wrong[\s\S]*concurrency: must be 1 or more[\s\S]*"y" is taken[\s\S]*no check "z"[\s\S]*x → y → x/,
    );
    expect(() => customCheck('', 3 as never, { interval: '5 parsecs' as never, dependson: [] } as never)).toThrow(
      /4 options are wrong/,
    );
  });
});

/** Random numbers that are the same on every run. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}
