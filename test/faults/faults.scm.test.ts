import { afterAll, beforeAll, describe, it } from 'vitest';
import { openRig } from '../../rig/rig.mjs';
import { makeStage, type Stage } from '../contract/support/stage.ts';
import { runProgram } from '../scm/eventlog-fixtures/programs.ts';
import type { Step } from '../scm/eventlog-fixtures/use-event-log.ts';
import { check } from './check.ts';
import { type Bench, live } from './live.ts';
import { type Measured, printResults } from './print-results.ts';
import { FAULTS } from './table.ts';
import { openTracedPrefix, type TracedPrefix } from './traced-prefix.ts';

let prefix: TracedPrefix | undefined;
let stage: Stage | undefined;
let bench: Bench | undefined;
const source = `winsvc faults ${process.pid}`;
const measured: Measured[] = [];

beforeAll(async () => {
  stage = await makeStage({
    fault: 'test/faults/fault-main.ts',
    'use-event-log': 'test/scm/eventlog-fixtures/use-event-log.ts',
  });
  prefix = await openTracedPrefix();
  bench = { rig: await openRig(), stage, prefix, source };
  await eventLog({ call: 'install', options: { source } });
});
afterAll(async () => {
  if (bench) {
    await eventLog({ call: 'remove', options: { source } });
    await bench.rig.close();
  }
  await prefix?.close();
  await stage?.remove();
  printResults(measured);
});

async function eventLog(step: Step): Promise<void> {
  const { rig, stage: folder } = opened();
  await runProgram(rig, folder, 'use-event-log', [step]);
}

function opened(): Bench {
  if (!bench) throw new Error('the rig is not open');
  return bench;
}

// Only root can mount the small disk.
const canMount = process.platform === 'linux' && process.getuid?.() === 0;

describe('a fault on a real SCM ends as documented, in time, with one record, and loses no line', () => {
  for (const fault of FAULTS) {
    it.concurrent(fault.name, { skip: fault.outside === 'full disk' && !canMount }, async () => {
      const outcome = await live(fault, opened());
      measured.push({ fault, outcome });
      check(fault, outcome);
    });
  }
});
