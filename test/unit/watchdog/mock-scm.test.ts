import { describe, expect, it } from 'vitest';
import { createHealth, httpCheck, serviceCheck } from '../../../src/health/index.ts';
import { defineService } from '../../../src/index.ts';
import { createMockScm } from '../../../src/testing/index.ts';
import { createWatchdog, eventLogNotifier } from '../../../src/watchdog/index.ts';

describe('the watchdog on the mock SCM', () => {
  it('restarts a killed service through the manager, within an interval and a second', async () => {
    const scm = createMockScm();
    const starts: number[] = [];
    const orders = defineService({ name: 'Orders', start: () => void starts.push(scm.clock.now()) });
    const run = await scm.start(orders);
    await using watchdog = createWatchdog({
      clock: scm.clock,
      targets: [{ name: 'Orders', service: scm.manager().service('Orders') }],
      interval: '2s',
    });
    await watchdog.start();
    await scm.clock.advance('11s');
    expect(watchdog.target('Orders')?.state).toBe('normal');
    const killed = scm.clock.now();
    run.kill();
    // In small steps: the mock answers in a later tick, and the clock would leap over the time between.
    for (let step = 0; step < 200; step += 1) await scm.clock.advance(50);
    expect(starts).toHaveLength(2);
    expect(starts[1]! - killed).toBeLessThanOrEqual(3_000);
    expect(watchdog.target('Orders')?.state).toBe('normal');
  });

  it('leaves it alone when it was stopped on purpose', async () => {
    const scm = createMockScm();
    const orders = defineService({ name: 'Orders', start: () => undefined });
    await scm.start(orders);
    const client = scm.manager().service('Orders');
    const notices: string[] = [];
    const log = { info: (text: string) => notices.push(text), warn: () => 0, error: () => 0 };
    await using watchdog = createWatchdog({
      clock: scm.clock,
      targets: [{ name: 'Orders', service: client }],
      notify: [eventLogNotifier(log)],
    });
    await watchdog.start();
    await scm.clock.advance('10s');
    const stopping = client.stop();
    await scm.clock.advance('5s');
    await stopping;
    await scm.clock.advance('1m');
    expect(watchdog.target('Orders')?.state).toBe('off');
    expect((await client.status()).state).toBe('stopped');
  });
});

describe('health on the mock SCM', () => {
  it('asks the manager for the state of a service', async () => {
    const scm = createMockScm();
    const run = await scm.start(defineService({ name: 'Orders', start: () => undefined }));
    const source = scm.manager().service('Orders');
    const health = createHealth({
      clock: scm.clock,
      checks: [
        serviceCheck(source, { name: 'orders', interval: '1s' }),
        httpCheck('http://127.0.0.1:1', { critical: false }),
      ],
    });
    health.start();
    await scm.clock.advance('3s');
    expect(health.check('orders')?.state).toBe('healthy');
    run.kill();
    await scm.clock.advance('5s');
    expect(health.check('orders')).toMatchObject({
      state: 'unhealthy',
      message: 'it is stopped, exit code win32 1067',
    });
    health.stop();
  });
});
