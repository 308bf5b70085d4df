import { deepEqual, equal, ok } from 'node:assert/strict';
import { failureOf, refusedWith } from '../expect.ts';
import { scenario } from '../stage.ts';

export const listing = [
  scenario('lists services by state, type and name', async ({ manager, name, spec }) => {
    const [running, stopped] = [name('Listed one'), name('Listed two')];
    await manager.install({ ...spec(running), displayName: `Shown ${running}` });
    await manager.install(spec(stopped));
    await manager.service(running).start();
    const named = (list: readonly { readonly name: string }[]): string[] =>
      list.map((service) => service.name).filter((it) => [running, stopped].includes(it));
    deepEqual(named(await manager.list()).sort(), [running, stopped].sort());
    deepEqual(named(await manager.list({ state: 'active' })), [running]);
    deepEqual(named(await manager.list({ state: 'inactive' })), [stopped]);
    deepEqual(named(await manager.list({ type: 'driver' })), []);
    deepEqual(named(await manager.list({ name: `shown ${running.toLowerCase()}` })), [running]);
    // The flag g makes an expression remember where it was.
    deepEqual(named(await manager.list({ name: /Listed (?:one|two)/g })).length, 2);
    const one = (await manager.list({ name: running })).at(0);
    equal(one?.displayName, `Shown ${running}`);
    equal(one.state, 'running');
    ok(one.pid > 0);
  }),

  scenario('lists services with their whole configuration', async ({ manager, name, spec }) => {
    const own = name('Whole');
    await manager.install({ ...spec(own), description: 'whole' });
    const found = [];
    for await (const service of manager.listConfigs({ name: own })) found.push(service);
    deepEqual(
      found.map(({ name: it, state, config }) => [it, state, config.description]),
      [[own, 'stopped', 'whole']],
    );
  }),

  scenario('finds the display name of a name, and the name of a display name', async ({ manager, name, spec }) => {
    const own = name();
    await manager.install({ ...spec(own), displayName: `Displayed ${own}` });
    equal(await manager.service(own).displayName(), `Displayed ${own}`);
    equal(await manager.nameOf(`Displayed ${own}`), own);
    await refusedWith(manager.nameOf(`No such ${own}`), 1060, { api: 'GetServiceKeyNameW' });
    await refusedWith(manager.service(`${own} no`).displayName(), 1060, { api: 'GetServiceDisplayNameW' });
  }),

  scenario('refuses names that no service can have', async ({ manager }) => {
    for (const bad of ['', 'a/b', 'a\\b', 'x'.repeat(257)])
      equal((await failureOf((async () => manager.service(bad))())).code, 'INVALID_OPTIONS');
  }),
];
