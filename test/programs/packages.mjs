// @ts-check
/** The packages of the programs, in a folder of the rig's cache: with their own lock file, and without install scripts. */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheDir } from '../../rig/lib/layout.mjs';

const HERE = fileURLToPath(new URL('.', import.meta.url));
/** @type {import('node:child_process').ExecFileSyncOptions} */
const options = { stdio: ['ignore', 'ignore', 'inherit'], shell: process.platform === 'win32' };

/** Installs what the lock file says, and builds the Next.js program. Does nothing the second time. @returns {string} the folder */
export function preparePackages() {
  const folder = join(cacheDir(), 'programs');
  const app = join(HERE, 'programs/next-app');
  const lock = readFileSync(join(HERE, 'package-lock.json'), 'utf8');
  const stamp = join(folder, 'installed-lock.json');
  mkdirSync(folder, { recursive: true });
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== lock) {
    process.stderr.write('installing the packages of the programs …\n');
    rmSync(stamp, { force: true });
    for (const file of ['package.json', 'package-lock.json']) cpSync(join(HERE, file), join(folder, file));
    execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { ...options, cwd: folder });
    rmSync(join(folder, 'next-app'), { recursive: true, force: true });
    writeFileSync(stamp, lock);
  }
  if (!existsSync(join(folder, 'next-app/.next/standalone/next-app/server.js'))) {
    process.stderr.write('building the Next.js program …\n');
    cpSync(app, join(folder, 'next-app'), { recursive: true });
    execFileSync(process.execPath, ['../node_modules/next/dist/bin/next', 'build'], {
      ...options,
      cwd: join(folder, 'next-app'),
      env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1' },
    });
  }
  return folder;
}

/** @param {string} folder @param {readonly string[]} names @returns {Record<string, string>} their versions */
export function versionsOf(folder, names) {
  const read = (/** @type {string} */ name) =>
    JSON.parse(readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8')).version;
  return Object.fromEntries(names.map((name) => [name, read(name)]));
}
