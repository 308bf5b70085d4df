import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ServiceSpec } from 'winsvc/manager';
import { openRig } from '../../rig/rig.mjs';
import { removeService } from '../contract/support/remove-service.ts';
import { makeStage, type Stage } from '../contract/support/stage.ts';
import { runProgram } from '../scm/eventlog-fixtures/programs.ts';
import { spec } from './arbitraries.ts';

const CASES = 100;
const NAME = `winsvc ensure ${process.pid}`;
const isWindows = process.platform === 'win32';

let rig: Awaited<ReturnType<typeof openRig>>;
let stage: Stage;
beforeAll(async () => {
  rig = await openRig();
  stage = await makeStage({ 'ensure-twice': 'test/property/fixtures/ensure-twice.ts' });
});
afterAll(async () => {
  await removeService(rig.agent, NAME);
  await rig.close();
  await stage.remove();
});

/** A spec that this machine can have. JSON has no bytes, so there are no triggers; test/property/spec.test.ts has them. */
function forMachine({ triggers: _, launchProtected: _protected, ...one }: ServiceSpec): ServiceSpec {
  const all = {
    ...one,
    name: NAME,
    eventSource: false,
    ...(one.type && { type: one.type.startsWith('user') ? ('shareProcess' as const) : one.type }),
    ...(one.account && { account: one.account.startsWith('DOMAIN') ? 'virtual' : one.account }),
  };
  if (isWindows) return all;
  // Wine stores no access list, knows no delayed start, and gives back no dependencies.
  const { securityDescriptor: _list, dependencies: _others, startType, ...stored } = all;
  return { ...stored, ...(startType && { startType: startType === 'delayed' ? 'auto' : startType }) };
}

it(`ensure changes nothing the second time, for ${CASES} specs`, async () => {
  const specs = fc.sample(spec, CASES).map(forMachine);
  const { result } = await runProgram(rig, stage, 'ensure-twice', { specs });
  const { second, unsupported } = result as { readonly second: unknown[]; readonly unsupported: unknown[] };
  expect(second).toHaveLength(CASES);
  expect(second.flat().slice(0, 10), `not stored here: ${unsupported.join(', ')}`).toEqual([]);
}, 300_000);
