// @ts-check
/** What the checks make outside of their folder, how it is removed, and how a leftover is found. */
import { existsSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './programs.mjs';

/** All names that the checks make begin with this. */
export const PREFIX = 'winsvc-verify';
/** Registry key of the event logs and their sources. */
export const EVENT_LOGS = 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\EventLog';

/** ERROR_SERVICE_DOES_NOT_EXIST */
const NO_SERVICE = 1060;

/** Folder in which every account can read, and make files of its own. */
export const programData = () => process.env['ProgramData'] ?? 'C:\\ProgramData';

/** Folder with a file for each task of Task Scheduler. */
const taskFolder = () => join(process.env['SystemRoot'] ?? 'C:\\Windows', 'System32', 'Tasks');

/** @param {string} dir */
const namesIn = (dir) => (existsSync(dir) ? readdirSync(dir) : []);

/** Removes a folder, also one whose files a process that just ended still holds. @param {string} path */
export const removeFolder = (path) => rm(path, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });

/** @param {import('winsvc/manager').ServiceManager} scm @param {string} name */
export async function removeService(scm, name) {
  const service = scm.service(name);
  await service.configure({ recovery: null }).catch(() => undefined);
  await service.stop().catch(() => undefined);
  try {
    await service.uninstall();
  } catch (error) {
    // It could not be installed.
    if (/** @type {{ win32Code?: number }} */ (error).win32Code === NO_SERVICE) return;
    // Wine doesn't see the end of a killed service, so it can't be stopped there.
    const { code } = await run('sc.exe', 'delete', name);
    if (code !== 0) throw error;
  }
}

/**
 * Lists what checks have left: services, folders, event sources, logs and tasks. The kept ones wait for a restart.
 *
 * @param {import('winsvc/manager').ServiceManager} scm
 * @param {typeof run} runProgram
 * @param {readonly string[]} kept names that stay
 * @returns {Promise<{ kind: 'service' | 'folder' | 'event source' | 'task', name: string }[]>}
 */
export async function findLeftovers(scm, runProgram, kept = []) {
  const services = (await scm.list({ state: 'all' })).map(({ name }) => ({
    kind: /** @type {const} */ ('service'),
    name,
  }));
  const folders = namesIn(programData()).map((name) => ({ kind: /** @type {const} */ ('folder'), name }));
  const keys = (await runProgram('reg.exe', 'query', EVENT_LOGS, '/s', '/k', '/f', PREFIX)).stdout;
  const sources = keys.split(/\r?\n/).flatMap((line) => {
    const at = line.toLowerCase().indexOf('\\eventlog\\');
    return at < 0
      ? []
      : [{ kind: /** @type {const} */ ('event source'), name: line.slice(at + '\\eventlog\\'.length).trim() }];
  });
  const tasks = namesIn(taskFolder()).map((name) => ({ kind: /** @type {const} */ ('task'), name }));
  return [...services, ...folders, ...sources, ...tasks].filter(({ name }) => {
    const last = name.split('\\').at(-1) ?? '';
    return last.startsWith(`${PREFIX}-`) && !kept.includes(last);
  });
}

/** Removes what an interrupted run has left. @param {import('winsvc/manager').ServiceManager} scm */
export async function sweep(scm) {
  for (const { kind, name } of await findLeftovers(scm, run)) {
    if (kind === 'service') await removeService(scm, name);
    else if (kind === 'folder') await removeFolder(join(programData(), name));
    else if (kind === 'event source') await run('reg.exe', 'delete', `${EVENT_LOGS}\\${name}`, '/f');
    else await run('schtasks.exe', '/delete', '/tn', `\\${name}`, '/f');
  }
}
