import { createMockScm } from 'winsvc/testing';
import { describe, expect, it } from 'vitest';
import { codeOf, makeService, never } from './services.ts';

describe('the 30 s for the connection', () => {
  it('fail the start with 1053 when loading takes longer', async () => {
    const scm = createMockScm();
    const service = makeService();
    const starting = codeOf(scm.start(service, { load: never }));
    await scm.clock.advance('29s');
    expect(scm.runs(service)[0]?.state).toBe('startPending');
    await scm.clock.advance('1s');
    expect(await starting).toBe(1053);
    expect(scm.runs(service)[0]?.process.gone).toBe(true);
    scm.assertSettled();
  });

  it('are enough for what takes 29 s', async () => {
    const scm = createMockScm();
    const load = (): Promise<void> => new Promise((resolve) => scm.clock.setTimeout(resolve, 29_000));
    const starting = scm.start(makeService(), { load });
    await scm.clock.advance('29s');
    const run = await starting;
    // The limit is over with the connection.
    await scm.clock.advance('5m');
    expect(run.state).toBe('running');
  });

  it('end at once, with 1053, when the process ends before', async () => {
    const scm = createMockScm();
    const service = makeService();
    const load = (): void => {
      scm.runs(service)[0]?.process.exit(3);
    };
    const broken = (): never => {
      throw new Error('cannot load');
    };
    expect(await codeOf(scm.start(service, { load: async () => load() }))).toBe(1053);
    expect(await codeOf(scm.start(service, { load: broken }))).toBe(1053);
    expect(scm.runs(service).map(({ process }) => process.exitCode)).toEqual([3, 1]);
  });

  it('are no failure that recovery is for', async () => {
    const scm = createMockScm();
    const service = makeService();
    const recovery = { actions: [{ type: 'restart', delay: '1s' }] } as const;
    const starting = codeOf(scm.start(service, { load: never, recovery }));
    await scm.clock.advance('30s');
    await starting;
    await scm.clock.advance('1m');
    expect(scm.recoveries(service)).toEqual([]);
    expect(scm.runs(service)).toHaveLength(1);
  });
});

describe('the name of a service', () => {
  it('is the same whatever its case, and taken while the service runs', async () => {
    const scm = createMockScm();
    const service = makeService({ name: 'Orders' });
    await scm.start(service);
    expect(scm.runs('ORDERS')).toHaveLength(1);
    expect(() => scm.launch(makeService({ name: 'orders' }))).toThrow(expect.objectContaining({ code: 'MOCK_MISUSE' }));
    expect(await codeOf(scm.start(service))).toBe(1056);
  });

  it('is free for another service when it has stopped', async () => {
    const scm = createMockScm();
    await (await scm.start(makeService())).stop();
    const other = makeService();
    await scm.start(other);
    expect(scm.runs(other)).toHaveLength(1);
  });
});

describe('the clock', () => {
  it("can't be advanced when it is the real one", async () => {
    const scm = createMockScm({ clock: 'real' });
    expect(() => scm.clock).toThrow(expect.objectContaining({ code: 'MOCK_MISUSE' }));
    const run = await scm
      .start(makeService({ start: never, timeouts: { start: 20 } }))
      .catch((error: unknown) => error);
    expect(run).toMatchObject({ win32Code: 1053 });
  });

  it('runs what falls due in order, and nothing before', async () => {
    const { clock } = createMockScm();
    const ran: string[] = [];
    const began = clock.now();
    clock.setTimeout(() => ran.push(`late ${clock.now() - began}`), 200);
    clock.setTimeout(() => ran.push(`early ${clock.now() - began}`), 100);
    const cancel = clock.setTimeout(() => ran.push('never'), 150);
    cancel();
    await clock.advance(199);
    expect(ran).toEqual(['early 100']);
    await clock.advance(1);
    expect(ran).toEqual(['early 100', 'late 200']);
    expect(clock.pending).toBe(0);
  });
});
