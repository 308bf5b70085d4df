// The tests that the documentation shows, word for word; docs.test.ts holds the two together.
import { expect, it } from 'vitest';
import { defineService } from 'winsvc';
import { createMockScm } from 'winsvc/testing';
import { service } from '../../examples/express-app/service.js';

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
