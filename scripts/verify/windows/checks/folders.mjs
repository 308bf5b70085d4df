// @ts-check
/** Log folders: access, squatting, changes of the account. */
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expectPrivate } from '../access.mjs';
import { removeFolder } from '../leftovers.mjs';
import { expect, waitUntil } from '../verdict.mjs';

const WINE = 'its folders have the access of the Linux user';
const LINE = 'the check runs';

/** Number of starts that are in a log. @param {string} log */
const startsIn = (log) => (existsSync(log) ? readFileSync(log, 'utf8').split(LINE).length - 1 : 0);

/**
 * Starts a service, waits until its log has one more start, and stops it.
 *
 * @param {import('../kit.mjs').Installed} installed
 */
async function runOnce({ service, log }) {
  const before = startsIn(log);
  await service.start();
  await waitUntil(() => startsIn(log) > before, { ms: 10_000, what: `a new line in ${log}` });
  await service.stop();
}

/**
 * Starts and stops a service whose log folder is in `target`, and verifies that nothing is written there.
 *
 * @param {import('../kit.mjs').Installed} installed
 * @param {string} target
 */
async function expectNothingIn({ service }, target) {
  await service.start().catch(() => undefined);
  await service.stop().catch(() => undefined);
  const written = readdirSync(target);
  expect(written.length === 0, `written into ${target}: ${written.join(', ')}`);
}

/** @type {import('../check.mjs').Check[]} */
export const checks = [
  {
    id: 'log-folder-access',
    title: 'The log folder is open to SYSTEM, administrators and the service only (icacls)',
    wine: WINE,
    async run(kit) {
      kit.needsSharedNode();
      const installed = await kit.install('acl', { account: 'virtual' });
      await kit.share(`NT SERVICE\\${installed.name}`);
      await runOnce(installed);
      return expectPrivate(kit, dirname(installed.log));
    },
  },
  {
    id: 'log-folder-squatted',
    title: 'A junction in the place of the log folder is refused',
    wine: 'Wine 8 makes no junctions',
    async run(kit) {
      const installed = await kit.install('squat');
      const target = join(kit.folder, 'elsewhere');
      mkdirSync(target);
      await removeFolder(dirname(installed.log));
      symlinkSync(target, dirname(installed.log), 'junction');
      await expectNothingIn(installed, target);
      // Also by the next install, which makes the folders of a service.
      await installed.service.configure({ account: 'localService' }).catch(() => undefined);
      await expectNothingIn(installed, target);
      return 'nothing was written through it';
    },
  },
  {
    id: 'log-folder-owner',
    title: 'A log folder that belongs to another account is refused',
    wine: WINE,
    async run(kit) {
      const installed = await kit.install('owner');
      const dir = dirname(installed.log);
      await removeFolder(dirname(dir));
      mkdirSync(dir, { recursive: true });
      for (const path of [dir, dirname(dir)]) {
        const { code, stderr } = await kit.run('icacls.exe', path, '/setowner', '*S-1-5-19');
        expect(code === 0, `icacls could not set the owner of ${path}: ${stderr}`);
      }
      await expectNothingIn(installed, dir);
      return 'nothing was written into a folder of LocalService';
    },
  },
  {
    id: 'log-folder-account',
    title: 'A service logs on after a change of its account',
    wine: WINE,
    async run(kit) {
      kit.needsSharedNode();
      const installed = await kit.install('account', { account: 'virtual' });
      for (const account of [`NT SERVICE\\${installed.name}`, '*S-1-5-19']) await kit.share(account);
      await runOnce(installed);
      await installed.service.configure({ account: 'localService' });
      await runOnce(installed);
      return 'lines of both accounts are in the log';
    },
  },
  {
    id: 'log-folder-restricted',
    title: "A service with sidType: 'restricted' logs, as LocalSystem and under a virtual account",
    wine: WINE,
    async run(kit) {
      kit.needsSharedNode();
      for (const account of ['localSystem', 'virtual']) {
        const installed = await kit.install('restricted', { account, sidType: 'restricted' });
        // A write-restricted token needs an entry for the SID of the service.
        await kit.share(`NT SERVICE\\${installed.name}`);
        await runOnce(installed);
        const groups = String(installed.facts()?.['groups']).toLowerCase();
        expect(groups.includes(`nt service\\${installed.name}`.toLowerCase()), `the token has no such SID: ${groups}`);
      }
      return 'both have written their log';
    },
  },
];
