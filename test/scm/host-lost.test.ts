import { describe, expect, it } from 'vitest';
import { NODES, useRealScm } from '../contract/support/real-scm.ts';

describe.each(NODES)('on Node %i', (node) => {
  const real = useRealScm(node);

  it('a service whose thread to the SCM is gone ends its process, and not as a clean stop', async () => {
    const service = await real.scm.install({ commands: { lose: { code: 128, plan: [{ extra: 'loseHost' }] } } });
    await service.run();
    await service.control(128);
    expect(await service.gone()).toBe(1);
    const { state, exit } = await service.status();
    expect({ state, exit }).not.toEqual({ state: 'stopped', exit: { win32: 0 } });
  });

  it('so does one that is still starting', async () => {
    const service = await real.scm.install({ start: [{ extra: 'loseHost' }, 'never'] });
    await service.start();
    expect(await service.gone()).toBe(1);
  });
});
