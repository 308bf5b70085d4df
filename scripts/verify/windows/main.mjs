// @ts-check
/** Runs the checks in Node on Windows; arguments: the file for the rows, `--only id,id`, `--restart`, `--after-restart`. */
import { appendFileSync, writeFileSync } from 'node:fs';
import { release, version } from 'node:os';
import koffi from 'koffi';
import { openServiceManager } from 'winsvc/manager';
import { runCheck } from './check.mjs';
import { allChecks } from './checks.mjs';
import { sweep } from './leftovers.mjs';

const [, , out = 'rows.jsonl', ...flags] = process.argv;
const afterRestart = flags.includes('--after-restart');
const only = flags.includes('--only') ? flags[flags.indexOf('--only') + 1]?.split(',') : undefined;
const ids = only ?? (afterRestart ? ['preshutdown', 'leaves-nothing'] : allChecks.map(({ id }) => id));
const wanted = allChecks.filter(({ id }) => ids.includes(id));
// After the restart the first check removes what the other must not find.
if (afterRestart) wanted.reverse();

/** Version of Wine; undefined on Windows. */
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
if (!afterRestart) {
  const scm = await openServiceManager();
  await sweep(scm);
  await scm.close();
}
for (const check of wanted)
  appendFileSync(out, `${JSON.stringify(await runCheck(check, { onWine: wine !== undefined }))}\n`);
appendFileSync(out, `${JSON.stringify({ done: true })}\n`);
// A check that failed may have left an open socket.
process.exit(0);
