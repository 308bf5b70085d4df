// @ts-check
/** A folder as a user's would look: the service and its node_modules with the built package and koffi for Windows. */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { projectDir } from '../../rig/lib/layout.mjs';
import { which } from '../../rig/lib/run.mjs';

const MINGW = 'x86_64-w64-mingw32-gcc';

/**
 * @typedef {object} Stage
 * @property {string} dir
 * @property {string} minimal
 * @property {string} handlers
 * @property {string | undefined} express undefined when express isn't installed
 * @property {() => string} packExpress packs the Express example; gives the bundle
 * @property {string} hostedExpress
 * @property {string} definedExpress
 * @property {string} blocker
 * @property {string} logger
 * @property {string} loggers beside pino and winston
 * @property {string} hangOn
 * @property {string} hangOff
 * @property {string} bare
 * @property {string} floor
 * @property {string | undefined} cService undefined when there is no compiler
 * @property {(program: string, name: string) => void} nameDefinition gives the definition of a program the name that it is installed as; otherwise each start would begin with a warning
 * @property {() => void} remove
 */

/** @param {{ modulesDir: string, nodeExe: string, dist?: string | undefined }} options `modulesDir` has the Windows binaries of koffi and ffi-rs @returns {Stage} */
export function makeStage({ modulesDir, nodeExe, dist = join(projectDir, 'dist') }) {
  if (!existsSync(join(dist, 'index.js'))) throw new Error('there is no build. Run `npm run build`.');
  const dir = mkdtempSync(join(tmpdir(), 'winsvc-bench-'));
  const remove = () => rmSync(dir, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  try {
    const modules = join(dir, 'node_modules');
    // Copied once: a build that runs meanwhile must not change what is measured.
    cpSync(dist, join(modules, 'winsvc', 'dist'), { recursive: true });
    copy(join(projectDir, 'package.json'), join(modules, 'winsvc'), 'package.json');
    for (const name of ['koffi', '@koromix', 'ffi-rs', '@yuuang'])
      copy(join(modulesDir, 'node_modules', name), modules, name);
    copy(join(projectDir, 'node_modules', 'eventemitter3'), modules, 'eventemitter3');
    copy(join(projectDir, 'bench', 'services'), dir, '.');
    copy(join(projectDir, 'examples', 'minimal'), dir, 'minimal');
    // Without it Node would look for the type of the modules in every folder above.
    copy(join(projectDir, 'bench', 'services', 'package.json'), dir, 'package.json');
    for (const name of [...closure('pino'), ...closure('winston'), ...closure('rate-limiter-flexible')])
      copy(join(projectDir, 'node_modules', name), join(modules, name), '.');
    const hasExpress = existsSync(join(projectDir, 'node_modules', 'express'));
    if (hasExpress) {
      copy(join(projectDir, 'examples', 'express-app'), dir, 'express-app');
      for (const name of closure('express')) copy(join(projectDir, 'node_modules', name), join(modules, name), '.');
    }
    const express = join(dir, 'express-app', 'main.js');
    return {
      dir,
      minimal: join(dir, 'minimal', 'service.js'),
      handlers: join(dir, 'handlers.js'),
      express: hasExpress ? express : undefined,
      packExpress: () => pack(dir, express, nodeExe),
      hostedExpress: join(dir, 'hosted-express.cjs'),
      definedExpress: join(dir, 'defined-express.js'),
      blocker: join(dir, 'blocker.js'),
      logger: join(dir, 'logger.js'),
      loggers: join(dir, 'loggers.js'),
      hangOn: join(dir, 'hang-on.js'),
      hangOff: join(dir, 'hang-off.js'),
      bare: join(dir, 'bare.cjs'),
      floor: join(dir, 'floor.cjs'),
      cService: compile(dir),
      nameDefinition(program, name) {
        const file = program === express ? join(dir, 'express-app', 'service.js') : program;
        writeFileSync(file, readFileSync(file, 'utf8').replace(/\bname: '\w[^']*'/, `name: '${name}'`));
      },
      remove,
    };
  } catch (error) {
    remove();
    throw error;
  }
}

/** @param {string} from @param {string} dir @param {string} name */
function copy(from, dir, name) {
  mkdirSync(dir, { recursive: true });
  cpSync(from, join(dir, name), { recursive: true, dereference: true });
}

/** A package and all that it depends on, in the flat node_modules of the project. @param {string} root @returns {Set<string>} */
function closure(root) {
  const found = new Set([root]);
  for (const name of found) {
    const file = join(projectDir, 'node_modules', name, 'package.json');
    for (const dependency of Object.keys(JSON.parse(readFileSync(file, 'utf8')).dependencies ?? {}))
      found.add(dependency);
  }
  return found;
}

/** Packs a program as a user does. @param {string} dir @param {string} program @param {string} nodeExe @returns {string} */
function pack(dir, program, nodeExe) {
  const out = join(dir, 'packed');
  // esbuild is found from the packed winsvc: it is one of its optional packages.
  for (const name of ['esbuild', '@esbuild'])
    copy(join(projectDir, 'node_modules', name), join(dir, 'node_modules'), name);
  const cli = join(dir, 'node_modules', 'winsvc', 'dist', 'cli', 'bin.js');
  const args = [cli, 'pack', program, '--out', out, '--node', nodeExe, '--name', 'packed', '--json'];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', cwd: dir });
  if (status !== 0) throw new Error(`winsvc pack failed:\n${stderr}`);
  return join(out, JSON.parse(stdout).bundle);
}

/** @param {string} dir */
function compile(dir) {
  if (which(MINGW) === undefined) return undefined;
  const exe = join(dir, 'service.exe');
  const args = ['-O2', '-s', '-o', exe, join(projectDir, 'bench', 'c', 'service.c'), '-ladvapi32'];
  const { status, stderr } = spawnSync(MINGW, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`bench/c/service.c does not compile:\n${stderr}`);
  return exe;
}
