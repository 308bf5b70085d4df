import { deepEqual, equal } from 'node:assert/strict';
import type { ServiceClient } from 'winsvc/manager';
import { scenario } from '../stage.ts';

/** Far longer than any step here: what is seen of a state that lasts was told, not looked for. */
const NEVER = '60s';
const settled = (state: string): boolean => !state.endsWith('Pending');

interface Watching {
  readonly states: string[];
  seen(count: number): Promise<void>;
  readonly ended: Promise<void>;
}

/** Watches the states that last; `seen` resolves when there are so many. */
function watchStates(service: ServiceClient, signal?: AbortSignal): Watching {
  const states: string[] = [];
  const waits: { count: number; resolve: () => void }[] = [];
  const ended = (async () => {
    for await (const { state } of service.watch({ interval: NEVER, ...(signal && { signal }) })) {
      if (settled(state) && states.at(-1) !== state) states.push(state);
      for (const { count, resolve } of waits) if (states.length >= count) resolve();
    }
  })();
  ended.catch(() => undefined);
  return {
    states,
    ended,
    seen: (count) =>
      Promise.race([
        states.length >= count
          ? Promise.resolve()
          : new Promise<void>((resolve) => {
              waits.push({ count, resolve });
            }),
        ended.then(() => {
          throw new Error(`the watch ended after ${states.join(', ')}`);
        }),
      ]),
  };
}

export const notifying = [
  scenario('is told of every state that lasts, without looking', async ({ manager, name, spec }) => {
    const own = name();
    await manager.install(spec(own));
    const service = manager.service(own);
    const watching = watchStates(service);
    await watching.seen(1);
    for (let round = 1; round <= 3; round++) {
      await service.start();
      await watching.seen(2 * round);
      await service.stop();
      await watching.seen(2 * round + 1);
    }
    await service.uninstall();
    await watching.ended;
    const cycle = ['running', 'stopped'];
    deepEqual(watching.states, ['stopped', ...cycle, ...cycle, ...cycle]);
  }),

  scenario('does not hold up a removal by somebody else, and ends with it', async ({ manager, name, spec, other }) => {
    const own = name();
    await manager.install(spec(own));
    const watching = watchStates(manager.service(own));
    await watching.seen(1);
    const somebody = await other();
    await somebody.service(own).uninstall({ timeout: '10s' });
    await watching.ended;
    deepEqual(watching.states, ['stopped']);
    await somebody.close();
  }),

  scenario('sees the last STOPPED of a service that is uninstalled while it runs', async ({ manager, name, spec }) => {
    for (let round = 0; round < 10; round++) {
      const own = name();
      await manager.install(spec(own));
      const service = manager.service(own);
      await service.start();
      const watching = watchStates(service);
      await watching.seen(1);
      await service.uninstall();
      await watching.ended;
      deepEqual(watching.states, ['running', 'stopped']);
    }
  }),

  scenario('watches twenty times at once', async ({ manager, name, spec }) => {
    const own = name();
    await manager.install(spec(own));
    const service = manager.service(own);
    const all = Array.from({ length: 20 }, () => watchStates(service));
    const seen = (count: number) => Promise.all(all.map((watching) => watching.seen(count)));
    await seen(1);
    await service.start();
    await seen(2);
    await service.stop();
    await seen(3);
    await service.uninstall();
    await Promise.all(all.map(({ ended }) => ended));
    for (const { states } of all) deepEqual(states, ['stopped', 'running', 'stopped']);
  }),

  scenario('ends at once when the signal aborts, and lets the service go', async ({ manager, name, spec, other }) => {
    const own = name();
    await manager.install(spec(own));
    const controller = new AbortController();
    const watching = watchStates(manager.service(own), controller.signal);
    await watching.seen(1);
    controller.abort();
    await watching.ended;
    const somebody = await other();
    await somebody.service(own).uninstall({ timeout: '10s' });
    equal(await manager.service(own).exists(), false);
    await somebody.close();
  }),

  scenario('waits for several states of several services at once', async ({ manager, name, spec, after }) => {
    const names = [name(), name()];
    for (const own of names) await manager.install(spec(own, 'slow'));
    const waits = names.map((own) => manager.service(own).waitFor('running'));
    // By then the looks are rare, and the SCM has been asked to tell.
    await new Promise<void>((resolve) => {
      after(300, resolve);
    });
    await Promise.all(names.map((own) => manager.service(own).start()));
    for (const { state } of await Promise.all(waits)) equal(state, 'running');
    await Promise.all(names.map((own) => manager.service(own).stop()));
  }),
];
