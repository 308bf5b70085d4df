import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMockScm } from 'winsvc/testing';
import { spec } from './arbitraries.ts';
import { numRuns } from '../support/num-runs.ts';

describe('spec → config → spec', () => {
  it('is installed as it is written, and then nothing differs', async () => {
    await fc.assert(
      fc.asyncProperty(spec, async (wanted) => {
        const manager = createMockScm({ allow: ['noNumaNode'] }).manager();
        const { created } = await manager.ensure(wanted);
        expect(created).toBe(true);
        expect((await manager.service(wanted.name).config()).unsupported).toEqual([]);
        expect((await manager.ensure(wanted)).changes).toEqual([]);
      }),
      { numRuns: Math.ceil(numRuns / 3) },
    );
  });

  it('comes back as a spec: ensure takes what config() gives, there and on another machine', async () => {
    await fc.assert(
      fc.asyncProperty(spec, async (wanted) => {
        const [manager, other] = [
          createMockScm({ allow: ['noNumaNode'] }).manager(),
          createMockScm({ allow: ['noNumaNode'] }).manager(),
        ];
        await manager.ensure(wanted);
        const config = await manager.service(wanted.name).config();
        expect((await manager.ensure(config)).changes).toEqual([]);
        expect((await manager.service(wanted.name).configure(config)).changes).toEqual([]);
        // A new machine has to allow it: a protected service can't be undone.
        await other.ensure({ ...config, allowLaunchProtected: true });
        expect({ ...(await other.service(wanted.name).config()), securityDescriptor: 0 }).toEqual({
          ...config,
          securityDescriptor: 0,
        });
        expect((await other.ensure(config)).changes).toEqual([]);
      }),
      { numRuns: Math.ceil(numRuns / 3) },
    );
  });

  it('becomes any other one, by the changes that were planned, and can go back', async () => {
    await fc.assert(
      fc.asyncProperty(spec, spec, async (one, two) => {
        const manager = createMockScm({ allow: ['noNumaNode'] }).manager();
        await manager.ensure(one);
        const other = { ...two, name: one.name };
        const { changes: planned } = await manager.ensure(other, { plan: true });
        const { changes } = await manager.ensure(other);
        expect(changes).toEqual(planned);
        expect((await manager.ensure(other)).changes).toEqual([]);
        await manager.ensure(one);
        expect((await manager.ensure(one)).changes).toEqual([]);
      }),
      { numRuns: Math.ceil(numRuns / 3) },
    );
  });

  it('is as it was when any of its calls fails', async () => {
    const CALLS = [
      'ChangeServiceConfigW',
      'ChangeServiceConfig2W',
      'SetServiceObjectSecurity',
      'RegSetValueExW',
    ] as const;
    await fc.assert(
      fc.asyncProperty(spec, spec, fc.constantFrom(...CALLS), async (one, two, call) => {
        const scm = createMockScm({ allow: ['noNumaNode'] });
        const manager = scm.manager();
        await manager.ensure(one);
        const before = await manager.service(one.name).config();
        scm.failNext(call, 'ERROR_ACCESS_DENIED');
        const failed = await manager.ensure({ ...two, name: one.name }).then(
          () => false,
          () => true,
        );
        if (failed) expect(await manager.service(one.name).config()).toEqual(before);
      }),
      { numRuns: Math.ceil(numRuns / 3) },
    );
  });
});
