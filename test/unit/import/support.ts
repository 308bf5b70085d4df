import { expect } from 'vitest';
import type { ImportPlan } from '../../../src/import/import-plan.ts';
import type { ProgramFiles } from '../../../src/import/node-program.ts';
import type { InstalledServiceConfig } from '../../../src/scm/service-config.ts';
import { createMockScm } from '../../../src/testing/index.ts';

/** Files of a machine that has none. */
export const NO_FILES: ProgramFiles = { packageScript: () => undefined, scriptFile: (path) => path };

/** Configuration of a service that another tool installed. */
export function installed(imagePath: string, more: Partial<InstalledServiceConfig> = {}): InstalledServiceConfig {
  return {
    name: 'Orders',
    type: 'ownProcess',
    interactive: false,
    startType: 'auto',
    errorControl: 'normal',
    imagePath,
    loadOrderGroup: null,
    tag: 0,
    dependencies: [],
    account: null,
    displayName: 'Orders',
    description: null,
    unsupported: [],
    ...more,
  };
}

/** Where each setting of the other tool ended: in which list, and as what. */
export function outcomes({ taken, approximated, dropped }: ImportPlan): Record<string, string> {
  return Object.fromEntries([
    ...taken.map(({ setting, becomes }) => [setting, becomes] as const),
    ...approximated.map(({ setting, becomes }) => [setting, `~${becomes}`] as const),
    ...dropped.map(({ setting }) => [setting, 'dropped'] as const),
  ]);
}

/** The manager and the host must take what an import gives. */
export async function expectUsable(plan: ImportPlan): Promise<void> {
  const manager = createMockScm({ clock: 'real' }).manager();
  const { changes } = await manager.ensure({ ...plan.spec, host: plan.host }, { plan: true });
  expect(changes.length).toBeGreaterThan(0);
  for (const { why } of [...plan.approximated, ...plan.dropped]) expect(why).toMatch(/^.{8,}/);
}
