// @ts-check
/** What a check can use. Everything that a check makes is registered here, and removed when the check has ended. */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openServiceManager } from 'winsvc/manager';

/** All names that the checks make begin with this, so that a leftover can be found. */
export const PREFIX = 'winsvc-verify';
const SERVICE = fileURLToPath(new URL('./service.mjs', import.meta.url));
const POLL_MS = 100;

/** Ends a check without a verdict. */
export class Skip extends Error {}

/** @param {string} reason @returns {never} */
export function skip(reason) {
  throw new Skip(reason);
}

/** @param {unknown} condition @param {string} message @returns {asserts condition} */
export function expect(condition, message) {
  if (!condition) throw new Error(message);
}

/**
 * Waits until `condition` gives something, and gives that.
 *
 * @template T
 * @param {() => T | Promise<T>} condition
 * @param {{ ms: number, what: string }} limit
 * @returns {Promise<Exclude<NonNullable<T>, false | ''>>}
 */
export async function waitUntil(condition, { ms, what }) {
  const end = performance.now() + ms;
  for (;;) {
    const found = await condition();
    if (found) return /** @type {Exclude<NonNullable<T>, false | ''>} */ (found);
    if (performance.now() > end) throw new Error(`Not within ${ms} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** @typedef {Awaited<ReturnType<typeof openKit>>} Kit */

/** Opens the tools of one check. */
export async function openKit() {
  const scm = await openServiceManager();
  const folder = mkdtempSync(join(tmpdir(), `${PREFIX} `));
  /** @type {(() => unknown)[]} */
  const undo = [];
  const kit = {
    scm,
    /** A folder of this check, with a space in its name. */
    folder,
    /** A new name for a service, an event source, a task. */
    newName: (/** @type {string} */ what) => `${PREFIX}-${what}-${randomBytes(3).toString('hex')}`,
    /** Has something undone when the check has ended; the last first. @param {() => unknown} fn */
    onCleanup: (fn) => {
      undo.push(fn);
    },
    /**
     * Installs a service that runs `service.mjs`, which writes what it sees into a file.
     *
     * @param {string} what
     * @param {Record<string, unknown>} [settings] of the spec
     * @param {Record<string, unknown>} [behavior] of the service: see service.mjs
     */
    install: async (what, settings = {}, behavior = {}) => {
      const name = kit.newName(what);
      const facts = join(folder, `${name}.json`);
      const args = [JSON.stringify({ name, facts, ...behavior })];
      await scm.install({
        name,
        startType: 'demand',
        account: 'localSystem',
        program: { script: SERVICE, args },
        .../** @type {object} */ (settings),
      });
      undo.push(() => {
        // Made by the service, for its logs.
        rmSync(join(process.env['ProgramData'] ?? 'C:\\ProgramData', name), {
          recursive: true,
          force: true,
          maxRetries: 10,
          retryDelay: 100,
        });
      });
      undo.push(() => removeService(scm, name));
      return {
        name,
        service: scm.service(name),
        /** What the service wrote last. */
        facts: () =>
          existsSync(facts) ? /** @type {Record<string, any>} */ (JSON.parse(readFileSync(facts, 'utf8'))) : undefined,
      };
    },
    run,
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
      rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
      if (failed.length > 0) throw new Error(`Left behind: ${failed.join('; ')}`);
    },
  };
  return kit;
}

/** Removes what an interrupted run has left. */
export async function sweep() {
  const scm = await openServiceManager();
  for (const { name } of await scm.list({ state: 'all' })) {
    if (name.startsWith(`${PREFIX}-`)) await removeService(scm, name);
  }
  await scm.close();
}

/** @param {import('winsvc/manager').ServiceManager} scm @param {string} name */
async function removeService(scm, name) {
  const service = scm.service(name);
  await service.configure({ recovery: null }).catch(() => undefined);
  await service.stop().catch(() => undefined);
  try {
    await service.uninstall();
  } catch (error) {
    // Wine doesn't see the end of a killed service, so it can't be stopped there.
    const { code } = await run('sc.exe', 'delete', name);
    if (code !== 0) throw error;
  }
}

/**
 * Runs a program of Windows.
 *
 * @param {string} file
 * @param {...string} args
 * @returns {Promise<{ code: number, stdout: string, stderr: string }>} `code` -1: it could not be started
 */
export function run(file, ...args) {
  return new Promise((resolve) => {
    execFile(file, args, { windowsHide: true, encoding: 'utf8' }, (error, stdout, stderr) => {
      const code = error ? (typeof error.code === 'number' ? error.code : -1) : 0;
      resolve({ code, stdout, stderr: stderr || (code === -1 ? String(error?.message) : '') });
    });
  });
}

/** A line of PowerShell; its standard output. @param {string} command */
export async function powershell(command) {
  const { code, stdout, stderr } = await run('powershell.exe', '-NoProfile', '-NonInteractive', '-Command', command);
  if (code === -1) skip('there is no PowerShell');
  if (code !== 0) throw new Error(`PowerShell: ${stderr.trim() || `exit code ${code}`}`);
  return stdout;
}
