// @ts-check
/** Runs programs under another account, by a task of Task Scheduler. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { waitUntil } from './verdict.mjs';

/**
 * @typedef {object} RunAsTools
 * @property {string} folder
 * @property {(what: string) => string} newName
 * @property {(fn: () => unknown) => void} onCleanup
 * @property {(command: string) => Promise<string>} powershell
 * @property {(account: string) => Promise<void>} share
 */

/**
 * Runs the lines of a batch file and returns their output.
 *
 * @param {RunAsTools} kit
 * @param {string} sid of a service account
 * @param {readonly string[]} lines
 * @returns {Promise<string>}
 */
export async function runAs(kit, sid, lines) {
  await kit.share(`*${sid}`);
  const task = kit.newName('task');
  const [batch, out] = [join(kit.folder, `${task}.cmd`), join(kit.folder, `${task}.txt`)];
  const body = lines.map((line) => `@${line} >> "${out}" 2>&1`);
  writeFileSync(batch, ['@chcp 65001 > nul', ...body, `@echo end of ${task} >> "${out}"`, ''].join('\r\n'));
  kit.onCleanup(() => kit.powershell(`Unregister-ScheduledTask -TaskName '${task}' -Confirm:$false`));
  await kit.powershell(
    `$a = New-ScheduledTaskAction -Execute cmd.exe -Argument '/d /c "${batch}"'; ` +
      `$p = New-ScheduledTaskPrincipal -UserId '${sid}' -LogonType ServiceAccount; ` +
      `Register-ScheduledTask -TaskName '${task}' -Action $a -Principal $p | Out-Null; ` +
      `Start-ScheduledTask -TaskName '${task}'`,
  );
  const text = await waitUntil(
    () => {
      const now = existsSync(out) ? readFileSync(out, 'utf8') : '';
      return now.includes(`end of ${task}`) && now;
    },
    { ms: 30_000, what: `the task of ${sid}` },
  );
  return text.slice(0, text.indexOf(`end of ${task}`));
}
