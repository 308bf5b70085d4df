// @ts-check
/** Runs the checks inside Windows' Node; arguments: the file for the rows, `--only id,id`, `--restart`, `--after-restart`. */
import { appendFileSync, writeFileSync } from 'node:fs';
import { release, version } from 'node:os';
import koffi from 'koffi';
import { runCheck } from './check.mjs';
import { checks as accounts } from './checks/accounts.mjs';
import { checks as consoles } from './checks/console.mjs';
import { checks as controls } from './checks/controls.mjs';
import { checks as records } from './checks/records.mjs';
import { checks as recovery } from './checks/recovery.mjs';
import { checks as system } from './checks/system.mjs';
import { sweep } from './kit.mjs';

const [, , out = 'rows.jsonl'] = process.argv;
const only = process.argv[process.argv.indexOf('--only') + 1]?.split(',');
const wanted = [...recovery, ...controls, ...accounts, ...records, ...consoles, ...system].filter(
  ({ id }) => !process.argv.includes('--only') || only?.includes(id),
);

/** The version of Wine; undefined on Windows. */
function wineVersion() {
  try {
    return /** @type {string} */ (koffi.load('ntdll.dll').func('const char *wine_get_version()')());
  } catch {
    return undefined;
  }
}

const wine = wineVersion();
const machine = {
  windows: `${version()} ${release()}`,
  wine,
  node: process.version,
  arch: process.arch,
  koffi: koffi.version,
};
writeFileSync(out, `${JSON.stringify({ machine })}\n`);
// The second half of the preshutdown check needs the service that the first has left.
if (!process.argv.includes('--after-restart')) await sweep();
for (const check of wanted) appendFileSync(out, `${JSON.stringify(await runCheck(check, wine !== undefined))}\n`);
appendFileSync(out, `${JSON.stringify({ done: true })}\n`);
