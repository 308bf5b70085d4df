import { deepEqual, equal } from 'node:assert/strict';
import { failureOf, refusedWith } from '../expect.ts';
import { scenario } from '../stage.ts';

export const waiting = [
  scenario('waits for a state, and fails when it does not come in time', async ({ manager, name, spec }) => {
    const own = name();
    await manager.install(spec(own, 'slow'));
    const service = manager.service(own);
    const error = await failureOf(service.waitFor('running', { timeout: 100 }));
    equal(error.code, 'STATE_NOT_REACHED');
    const [waited, started] = await Promise.all([service.waitFor('running'), service.start()]);
    deepEqual(waited.pid, started.pid);
    equal((await service.stop()).state, 'stopped');
    await service.waitFor('stopped', { timeout: 0 });
  }),

  scenario('gives up waiting when the signal aborts, for its reason', async ({ manager, name, spec, after }) => {
    const own = name();
    await manager.install(spec(own));
    const controller = new AbortController();
    after(50, () => {
      controller.abort(new Error('enough'));
    });
    const error = await failureOf(manager.service(own).waitFor('running', { signal: controller.signal }));
    equal(error.message, 'enough');
  }),

  scenario(
    'watches every change, the present state first, until the service is deleted',
    async ({ manager, name, spec }) => {
      const own = name();
      await manager.install(spec(own, 'slow'));
      const service = manager.service(own);
      const states: string[] = [];
      const waits: { state: string; resolve: () => void }[] = [];
      // A state that is over before the next look is not seen, so each is waited for.
      const seen = (state: string): Promise<void> =>
        states.at(-1) === state ? Promise.resolve() : new Promise((resolve) => waits.push({ state, resolve }));
      const watching = (async () => {
        for await (const { state } of service.watch({ interval: 20 })) {
          if (states.at(-1) !== state) states.push(state);
          for (const wait of waits) if (wait.state === state) wait.resolve();
        }
      })();
      await seen('stopped');
      await service.start();
      await seen('running');
      await service.uninstall();
      await watching;
      deepEqual(states, ['stopped', 'startPending', 'running', 'stopPending', 'stopped']);
    },
  ),

  scenario('ends a watch when the signal aborts', async ({ manager, name, spec, after }) => {
    const own = name();
    await manager.install(spec(own));
    const controller = new AbortController();
    const states: string[] = [];
    for await (const { state } of manager.service(own).watch({ signal: controller.signal })) {
      states.push(state);
      // While the watch waits for the next state.
      after(50, () => {
        controller.abort();
      });
    }
    deepEqual(states, ['stopped']);
  }),

  scenario('is refused to watch what does not exist: 1060', async ({ manager, name }) => {
    const own = name();
    await refusedWith(manager.service(own).watch().next(), 1060, { api: 'OpenServiceW' });
  }),
];
