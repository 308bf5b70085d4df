/** What the host thread would read of the system's budgets: `{ service, shutdown? }` in, the budgets out. */
import { readFileSync, writeFileSync } from 'node:fs';
import { createKoffiFfi } from '../../../src/win32/ffi/koffi.ts';
import { KEY } from '../../../src/win32/registry/constants.ts';
import { Registry } from '../../../src/win32/registry/registry-key.ts';
import { readSystemBudget } from '../../../src/win32/host/system-budget.ts';

const [inFile = '', outFile = ''] = process.argv.slice(2);
const { service, shutdown } = JSON.parse(readFileSync(inFile, 'utf8')) as { service: string; shutdown?: string };
const ffi = createKoffiFfi();
const control = 'SYSTEM\\CurrentControlSet\\Control';
if (shutdown !== undefined)
  new Registry(ffi).with(control, KEY.SET_VALUE, (key) => {
    key.setText('WaitToKillServiceTimeout', shutdown);
  });
const began = performance.now();
const budgets = {
  shutdown: readSystemBudget(ffi, 'shutdown', service),
  preshutdown: readSystemBudget(ffi, 'preshutdown', service),
};
const ms = performance.now() - began;
writeFileSync(outFile, JSON.stringify({ ...budgets, ms }));
