// @ts-check
/** Tools of a check. Everything that a check makes is registered here, and removed when the check has ended. */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openServiceManager } from 'winsvc/manager';
import { PREFIX, programData, removeFolder, removeService } from './leftovers.mjs';
import { powershell, run } from './programs.mjs';
import { runAs } from './run-as.mjs';
import { expect, skip } from './verdict.mjs';

const SERVICE = fileURLToPath(new URL('./service.mjs', import.meta.url));

/** @typedef {Awaited<ReturnType<typeof openKit>>} Kit */
/** @typedef {Awaited<ReturnType<Kit['install']>>} Installed */

/** Opens the tools of one check. */
export async function openKit() {
  const scm = await openServiceManager();
  // Not in the folder for temporary files: it belongs to this user, and the accounts of services can't read there.
  const folder = mkdtempSync(join(programData(), `${PREFIX}- `));
  /** @type {(() => unknown)[]} */
  const undo = [];
  const kit = {
    scm,
    /** Folder of this check, with a space in its name; every account can read it. */
    folder,
    programData,
    run,
    /** A new name for a service, an event source, a task. */
    newName: (/** @type {string} */ what) => `${PREFIX}-${what}-${randomBytes(3).toString('hex')}`,
    /** Registers what is undone when the check has ended; the last first. @param {() => unknown} fn */
    onCleanup: (fn) => {
      undo.push(fn);
    },
    /** @param {string} command */
    powershell: (command) => powershell(run, command),
    /** Ends a process. taskkill may end those of SYSTEM too, as it enables SeDebugPrivilege. @param {number} pid */
    kill: async (pid) => {
      const { code, stdout, stderr } = await run('taskkill.exe', '/f', '/pid', String(pid));
      expect(code === 0, `taskkill could not end process ${pid}: ${stderr || stdout}`);
    },
    /** Lets an account write into the folder of this check. @param {string} account a name, or `*` and a SID */
    share: async (account) => {
      const { code, stdout, stderr } = await run('icacls.exe', folder, '/grant', `${account}:(OI)(CI)M`);
      expect(code === 0, `icacls could not grant access to ${account}: ${stderr || stdout}`);
    },
    /** Runs the command line of winsvc. @param {...string} args */
    cli: (...args) =>
      run(process.execPath, join(import.meta.dirname, '../node_modules/winsvc/dist/cli/bin.js'), ...args),
    /** Command line that runs a program of this folder in Node. @param {string} script @param {...string} args */
    node: (script, ...args) =>
      [process.execPath, join(import.meta.dirname, script), ...args].map((part) => `"${part}"`).join(' '),
    /** Runs a batch file as LocalService, to its end. @param {readonly string[]} lines */
    asLocalService: (lines) => runAs(kit, 'S-1-5-19', lines),
    /** Skips a check whose account could not read node.exe. */
    needsSharedNode: () => {
      const node = realpathSync(process.execPath);
      if (/^[a-z]:\\users\\(?!public\\)/i.test(node))
        skip(`${node} is in the profile of a user: other accounts can't run it`);
    },
    /**
     * Installs a service that runs `service.mjs`, which writes what it sees into a file.
     *
     * @param {string} what
     * @param {Record<string, unknown>} [settings] of the spec
     * @param {Record<string, unknown>} [behavior] of the service: see service.mjs
     */
    install: async (what, settings = {}, behavior = {}) => {
      const name = typeof settings['name'] === 'string' ? settings['name'] : kit.newName(what);
      const file = join(folder, `${name}.json`);
      // Its logs.
      undo.push(() => removeFolder(join(programData(), name)));
      undo.push(() => removeService(scm, name));
      await scm.install({
        name,
        startType: 'demand',
        account: 'localSystem',
        program: { script: SERVICE, args: [JSON.stringify({ name, facts: file, ...behavior })] },
        .../** @type {object} */ (settings),
      });
      return {
        name,
        service: scm.service(name),
        /** Facts that the service wrote last. */
        facts: () =>
          existsSync(file) ? /** @type {Record<string, any>} */ (JSON.parse(readFileSync(file, 'utf8'))) : undefined,
        /** File of its log. */
        log: join(programData(), name, 'logs', `${name}.log`),
      };
    },
    close: async () => {
      /** @type {string[]} */
      const failed = [];
      for (const fn of undo.reverse()) {
        try {
          await fn();
        } catch (error) {
          failed.push(error instanceof Error ? error.message : String(error));
        }
      }
      await scm.close();
      await removeFolder(folder);
      if (failed.length > 0) throw new Error(`Left behind: ${failed.join('; ')}`);
    },
  };
  return kit;
}
