import { equal, match } from 'node:assert/strict';
import { failureOf, refusedWith } from '../expect.ts';
import { scenario } from '../stage.ts';

export const removal = [
  scenario('uninstalls a running service, and its name is free at once', async ({ manager, name, spec }) => {
    const own = name();
    const service = manager.service(own);
    for (let round = 0; round < 3; round++) {
      await manager.install(spec(own));
      await service.start();
      await service.uninstall();
      equal(await service.exists(), false);
    }
  }),

  scenario(
    'says who may be to blame while another program holds the service: 1072',
    async ({ manager, name, spec, hold }) => {
      const own = name();
      await manager.install(spec(own));
      const release = hold(own);
      const service = manager.service(own);
      try {
        const error = await failureOf(service.uninstall({ timeout: 200 }));
        equal(error.win32Code, 1072);
        match(error.hint ?? '', /services\.msc/);
        await refusedWith(manager.install(spec(own)), 1072, { api: 'CreateServiceW' });
      } finally {
        release();
      }
      await service.uninstall({ missingOk: true });
      await manager.install(spec(own));
    },
  ),

  scenario('lets a service go that it looked at a moment ago', async ({ manager, name, spec, hold }) => {
    const own = name();
    await manager.install(spec(own));
    const service = manager.service(own);
    await service.status();
    const release = hold(own);
    const removed = service.uninstall();
    release();
    await removed;
    equal(await service.exists(), false);
  }),
];
