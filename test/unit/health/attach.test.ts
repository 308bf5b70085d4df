import { describe, expect, it } from 'vitest';
import { defineService } from '../../../src/index.ts';
import { customCheck, createHealth } from '../../../src/health/index.ts';
import { createMockScm } from '../../../src/testing/index.ts';

function setUp(failOn: 'unhealthy' | 'never') {
  const scm = createMockScm();
  const db = { ok: false };
  const health = createHealth({
    clock: scm.clock,
    jitter: 0,
    checks: [customCheck('db', () => db.ok, { interval: '1s' })],
  });
  const service = defineService({ name: 'Orders', start: (ctx) => health.attach(ctx, { failOn }) });
  return { scm, db, health, service };
}

describe('health.attach', () => {
  it('holds RUNNING back until the service is ready, and stops with it', async () => {
    const { scm, db, health, service } = setUp('never');
    const starting = scm.start(service);
    await scm.clock.advance('5s');
    expect(service.state).toBe('startPending');
    db.ok = true;
    await scm.clock.advance('2s');
    const run = await starting;
    expect(service.state).toBe('running');
    db.ok = false;
    await scm.clock.advance('20s');
    expect(health.state).toBe('unhealthy');
    expect(service.state).toBe('running');
    await run.stop();
    expect(run.exit).toEqual({ win32: 0 });
  });

  it('lets the service fail when a critical check does, so that its recovery fires', async () => {
    const { scm, db, service } = setUp('unhealthy');
    db.ok = true;
    const starting = scm.start(service);
    await scm.clock.advance('2s');
    const run = await starting;
    db.ok = false;
    await scm.clock.advance('20s');
    expect(service.state).toBe('stopped');
    expect(run.exit).toEqual({ win32: 1064 });
  });

  it('never becomes RUNNING when it never is ready', async () => {
    const { scm, service } = setUp('never');
    const failed = scm.start(service).then(
      (run) => run.exit,
      (error: unknown) => error,
    );
    await scm.clock.advance('40s');
    expect(service.state).toBe('stopped');
    expect(await failed).toBeDefined();
  });
});
