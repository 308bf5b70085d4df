// The tests that the documentation shows, word for word; docs.test.ts holds the two together.
import { afterEach, beforeEach, expect, it } from 'vitest';
import { defineService } from 'winsvc';
import { createMockScm, type MockScm } from 'winsvc/testing';
import { service } from '../../examples/express-app/service.js';

let scm: MockScm;
beforeEach(() => {
  scm = createMockScm();
});
afterEach(() => scm.close());

it('has 30 s to start', async () => {
  const scm = createMockScm();
  const service = defineService({ name: 'Stuck', start: () => new Promise(() => {}) });
  const run = scm.launch(service);
  await scm.clock.advance('31s'); // at once: the time is virtual
  expect(run.exit).toEqual({ win32: 1053 });
});

it('pauses, continues and stops cleanly', async () => {
  const scm = createMockScm({ clock: 'real' });
  const running = await scm.start(service, { args: ['0'] });
  const paused = await running.pause();
  const again = await paused.resume();
  await again.command('resetStats');
  const stopped = await again.stop();
  expect(stopped.exit).toEqual({ win32: 0 });
  scm.assertSettled();
});

it('is ended when its start takes too long', async () => {
  const scm = createMockScm();
  const service = defineService({ name: 'Slow', start: () => new Promise(() => {}), timeouts: { start: '10s' } });
  const run = scm.launch(service);
  await scm.clock.advance('11s');
  expect(run.exit).toEqual({ win32: 1053 });
});

it('does not start without a database', async () => {
  const scm = createMockScm();
  const noDatabase = new Error('no database');
  const service = defineService({ name: 'Orders', start: () => Promise.reject(noDatabase) });
  await expect(scm.start(service)).rejects.toMatchObject({ win32Code: 1064, cause: noDatabase });
  const [run] = scm.runs(service);
  expect(run?.error?.message).toBe('The start handler failed: no database');
});
