// @ts-check
/** Puts the package where a user's project would have it, with the Windows binaries of the rig. */
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const projectDir = fileURLToPath(new URL('../..', import.meta.url));
/** The accounts of services can't read the folder for temporary files on Windows: it belongs to the user. */
const parent = process.platform === 'win32' ? (process.env['ProgramData'] ?? 'C:\\ProgramData') : tmpdir();

/**
 * @typedef {object} Stage
 * @property {string} dir a temporary folder, with what gets lost first when quoting or encoding is wrong in its name
 * @property {string} nodeModules its `node_modules`
 * @property {(from: string, name?: string) => Promise<string>} add copies a file or folder of the project into `dir`; gives where it went
 * @property {() => Promise<void>} remove
 */

/**
 * Builds the library into the stage: it is never stale, and no other build is in the way.
 *
 * @param {{ rig: { modulesDir: string }, packages?: readonly string[] }} options `packages`: of the project's
 *   node_modules, with what they depend on; must have no binaries
 * @returns {Promise<Stage>}
 */
export async function stagePackage({ rig, packages = [] }) {
  const dir = await mkdtemp(join(parent, 'winsvc Prüfling '));
  const nodeModules = join(dir, 'node_modules');
  const remove = () => rm(dir, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  try {
    await buildInto(join(nodeModules, 'winsvc'));
    for (const name of closure(['eventemitter3', 'zod', ...packages])) {
      await cp(join(projectDir, 'node_modules', name), join(nodeModules, name), { recursive: true, dereference: true });
    }
    for (const name of ['koffi', '@koromix', 'ffi-rs', '@yuuang']) {
      const options = { recursive: true, dereference: true };
      await cp(join(rig.modulesDir, 'node_modules', name), join(nodeModules, name), options);
    }
    await writeFile(join(dir, 'package.json'), '{ "private": true, "type": "module" }\n');
  } catch (error) {
    await remove();
    throw error;
  }
  const add = async (/** @type {string} */ from, name = basename(from)) => {
    const to = join(dir, name);
    // Packages that were installed in an example stay there.
    const filter = (/** @type {string} */ path) => basename(path) !== 'node_modules';
    await cp(join(projectDir, from), to, { recursive: true, filter });
    return to;
  };
  return { dir, nodeModules, add, remove };
}

/** @param {string} packageDir */
async function buildInto(packageDir) {
  await mkdir(packageDir, { recursive: true });
  await cp(join(projectDir, 'package.json'), join(packageDir, 'package.json'));
  // A process of its own: tsup reads its entries relative to the working directory.
  const tsup = join(projectDir, 'node_modules/tsup/dist/cli-default.js');
  const args = [tsup, '--out-dir', join(packageDir, 'dist'), '--no-dts', '--no-clean', '--silent'];
  await promisify(execFile)(process.execPath, args, { cwd: projectDir, windowsHide: true });
}

/**
 * @param {string[]} names
 * @returns {Set<string>} folders of node_modules: the packages and all that they depend on, nested ones included
 */
function closure(names) {
  /** @type {Set<string>} */
  const found = new Set();
  /** @param {string} name @param {string} from the package that asks, as a folder of node_modules */
  const visit = (name, from) => {
    // As Node looks: the nearest node_modules first.
    let at = from;
    while (at !== '' && !existsSync(join(projectDir, 'node_modules', at, 'node_modules', name))) at = outer(at);
    const folder = at === '' ? name : `${at}/node_modules/${name}`;
    if (found.has(folder)) return;
    found.add(folder);
    const manifest = JSON.parse(readFileSync(join(projectDir, 'node_modules', folder, 'package.json'), 'utf8'));
    for (const dependency of Object.keys(manifest.dependencies ?? {})) visit(dependency, folder);
  };
  for (const name of names) visit(name, '');
  return found;
}

/** @param {string} folder */
function outer(folder) {
  const at = folder.lastIndexOf('/node_modules/');
  return at < 0 ? '' : folder.slice(0, at);
}
