// @ts-check
/**
 * Wine 10 in a folder: the packages of a newer Debian, fetched by this machine's apt and unpacked, not installed. It
 * runs by its own dynamic loader, so it needs no root, no chroot and no mounts, and nothing of it outlives the folder.
 */
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { RigError, run, which } from './run.mjs';
import { stopServer } from './wine.mjs';

export const RELEASE = 'trixie';
const PACKAGE = 'wine64';
const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';
/** Packages and what is unpacked from them lie side by side for a while. */
const NEEDED_MB = 1_600;

/** @param {import('./layout.mjs').Layout} at */
export async function makeWine10(at) {
  for (const command of ['apt-get', 'dpkg-deb'])
    if (which(command) === undefined)
      throw new RigError(`Wine 10 is made of Debian's packages, and this Linux has no ${command}.`);
  const part = `${at.wineRoot}.part`;
  rmSync(part, { recursive: true, force: true });
  mkdirSync(part, { recursive: true });
  try {
    await checkSpace(part);
    const archives = await fetchPackages(join(part, 'apt'));
    const root = join(part, 'root');
    for (const archive of archives) await run('dpkg-deb', ['-x', archive, root]);
    addZlib(root);
    wrapPrograms(join(root, 'usr/lib'));
    await stopServer(at);
    rmSync(at.wineRoot, { recursive: true, force: true });
    renameSync(root, at.wineRoot);
  } finally {
    rmSync(part, { recursive: true, force: true });
  }
}

/** @param {string} dir */
async function checkSpace(dir) {
  const { bavail, bsize } = await statfs(dir);
  const freeMb = Math.floor((bavail * bsize) / 1e6);
  if (freeMb < NEEDED_MB)
    throw new RigError(`Wine 10 needs ${NEEDED_MB} MB while it is unpacked; ${dir} has ${freeMb} MB left.`);
}

/** apt with lists, a status and a cache of its own: it neither sees nor changes what is installed. @param {string} dir */
async function fetchPackages(dir) {
  const archives = join(dir, 'cache/archives');
  for (const folder of ['etc', 'state/lists/partial', 'cache/archives/partial'])
    mkdirSync(join(dir, folder), { recursive: true });
  writeFileSync(join(dir, 'state/status'), '');
  const signed = existsSync(KEYRING) ? `[signed-by=${KEYRING}] ` : '';
  writeFileSync(join(dir, 'etc/sources.list'), `deb ${signed}${await mirror()} ${RELEASE} main\n`);
  const settings = {
    'Dir::Etc::SourceList': join(dir, 'etc/sources.list'),
    'Dir::Etc::SourceParts': '/dev/null',
    'Dir::Etc::Preferences': '/dev/null',
    'Dir::Etc::PreferencesParts': '/dev/null',
    'Dir::State': join(dir, 'state'),
    'Dir::State::status': join(dir, 'state/status'),
    'Dir::Cache': join(dir, 'cache'),
    'APT::Architecture': 'amd64',
    'APT::Architectures': 'amd64',
    'APT::Sandbox::User': '',
    'Acquire::Languages': 'none',
    'Acquire::Retries': '2',
  };
  const options = Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  await run('apt-get', [...options, '-q', 'update', '--error-on=any']);
  await run('apt-get', [...options, '-qy', '--no-install-recommends', '--download-only', 'install', PACKAGE]);
  return readdirSync(archives)
    .filter((name) => name.endsWith('.deb'))
    .map((name) => join(archives, name));
}

/** The mirror that this machine's apt takes Debian from, so that none is written here. */
async function mirror() {
  const { output } = await run('apt-get', ['indextargets', '--format', '$(SITE)', 'Created-By: Packages']);
  const found = output.split('\n').find((site) => /\/debian\/?$/.test(site));
  if (found === undefined)
    throw new RigError("Wine 10 is made of Debian's packages, and this machine's apt has no Debian mirror.");
  return found;
}

/** What the package's installation script would do: Wine loads its own DLLs only with this mark, behind the DOS header. */
const BUILTIN_AT = 64;
const BUILTIN = Buffer.from('Wine builtin DLL'.padEnd(32, '\0'));

/** @param {string} root */
function addZlib(root) {
  const dll = readFileSync(join(root, 'usr/x86_64-w64-mingw32/lib/zlib1.dll'));
  BUILTIN.copy(dll, BUILTIN_AT);
  writeFileSync(join(root, 'usr/lib/x86_64-linux-gnu/wine/x86_64-windows/zlib1.dll'), dll);
}

/**
 * Wine looks for its programs beside the file that runs, which is the dynamic loader: a copy of it lies where the
 * programs were, with a script in the place of each, and the programs one folder down.
 * @param {string} lib
 */
function wrapPrograms(lib) {
  const wine = join(lib, 'wine');
  mkdirSync(join(wine, 'elf'));
  copyFileSync(join(lib, 'x86_64-linux-gnu/ld-linux-x86-64.so.2'), join(wine, 'ld.so'));
  for (const [name, file] of Object.entries({ wine64: 'wine64', wineserver: 'wineserver64' })) {
    renameSync(join(wine, file), join(wine, 'elf', name));
    const script = join(wine, name);
    writeFileSync(
      script,
      `#!/bin/sh\nhere=\${0%/*}\nexec "$here/ld.so" --library-path "$here/../x86_64-linux-gnu" "$here/elf/${name}" "$@"\n`,
    );
    chmodSync(script, 0o755);
  }
}
