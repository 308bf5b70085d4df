import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { copyFile, cp, mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { ServiceError } from '../errors/service-error.ts';
import type { PackOptions } from './pack-options.ts';

/** Parts of koffi that only its own build needs. */
const KOFFI_UNUSED = /^(?:src|vendor|doc|cnoke\.cjs|CHANGELOG\.md|README\.md|.*\.d\.ts)$/;
/** Parts of winsvc that a packed program doesn't run: maps, declarations, and the page of the admin. */
const WINSVC_UNUSED = /\.map$|\.d\.ts$|^admin(?:[\\/]|$)/;

/**
 * Copies what a bundle needs beside it: node.exe, winsvc with the code of its threads and its message DLL, koffi with the
 * binary of the target, packages that stay outside, and assets.
 *
 * @throws ServiceError INVALID_OPTIONS when one of them is missing
 */
export async function copyRuntime(options: PackOptions, to: string): Promise<void> {
  const { packageDir, node } = options;
  const modules = join(to, 'node_modules');
  await copyFile(node, join(to, 'node.exe'));
  await copyWinsvc(packageDir, join(modules, 'winsvc'));
  await copyKoffi(options, modules);
  await copyBeside(options, to);
}

/** Copies packages that stay outside of the bundle, and assets. @throws ServiceError INVALID_OPTIONS when one is missing */
export async function copyBeside({ entry, external = [], assets = [] }: PackOptions, to: string): Promise<void> {
  for (const name of external) await copyPackage(name, entry, join(to, 'node_modules'), new Set());
  for (const asset of assets) await copyAsset(asset, dirname(entry), to);
}

async function copyWinsvc(from: string, to: string): Promise<void> {
  const dist = join(from, 'dist');
  if (!existsSync(join(dist, 'cli', 'bin.js'))) {
    throw new ServiceError('FILES_MISSING', `${dist} has no built winsvc: install the package, and pack from there.`);
  }
  await mkdir(to, { recursive: true });
  await cp(dist, join(to, 'dist'), {
    recursive: true,
    dereference: true,
    filter: (path) => !WINSVC_UNUSED.test(relative(dist, path)),
  });
  for (const file of ['package.json', 'LICENSE'])
    if (existsSync(join(from, file))) await copyFile(join(from, file), join(to, file));
}

async function copyKoffi(options: PackOptions, modules: string): Promise<void> {
  const { koffi, native } = findKoffi(options);
  const isUsed = (path: string): boolean => !KOFFI_UNUSED.test(relative(koffi, path).split(sep)[0] ?? '');
  await cp(koffi, join(modules, 'koffi'), { recursive: true, dereference: true, filter: isUsed });
  const isNative = (path: string): boolean => !/\.lib$|README\.md$/.test(path);
  await cp(native, join(modules, binaryOf(options)), { recursive: true, dereference: true, filter: isNative });
}

/** Path of koffi's binary for the target. @throws ServiceError INVALID_OPTIONS when it isn't installed */
export function findKoffiBinary(options: PackOptions): string {
  const { native } = findKoffi(options);
  const file = readdirSync(native, { recursive: true, encoding: 'utf8' }).find((path) => path.endsWith('.node'));
  if (file === undefined) throw noKoffi(options);
  return join(native, file);
}

function findKoffi(options: PackOptions): { readonly koffi: string; readonly native: string } {
  const { entry, packageDir } = options;
  const binary = binaryOf(options);
  const koffi = packageFolder('koffi', entry) ?? packageFolder('koffi', join(packageDir, 'package.json'));
  const native = koffi && (packageFolder(binary, join(koffi, 'package.json')) ?? packageFolder(binary, entry));
  if (koffi === undefined || native === undefined) throw noKoffi(options);
  return { koffi, native };
}

function binaryOf({ arch }: PackOptions): string {
  return `@koromix/koffi-win32-${arch}`;
}

function noKoffi(options: PackOptions): ServiceError {
  const binary = binaryOf(options);
  return new ServiceError(
    'INVALID_OPTIONS',
    `The binary of koffi for Windows (${binary}) isn't installed here. Install it: npm install --no-save --force --os=win32 --cpu=${options.arch} koffi`,
    { details: { package: binary } },
  );
}

/** Copies a package and what it depends on, flat: the nearest version of each. */
async function copyPackage(name: string, from: string, modules: string, done: Set<string>): Promise<void> {
  if (done.has(name)) return;
  done.add(name);
  const folder = packageFolder(name, from);
  if (folder === undefined) {
    throw new ServiceError(
      'INVALID_OPTIONS',
      `--external ${name}: ${dirname(from)} has no such package in node_modules.`,
    );
  }
  await cp(folder, join(modules, name), { recursive: true, dereference: true });
  const manifest = join(folder, 'package.json');
  const { dependencies = {}, optionalDependencies = {} } = JSON.parse(readFileSync(manifest, 'utf8')) as {
    readonly dependencies?: object;
    readonly optionalDependencies?: object;
  };
  for (const other of Object.keys(dependencies)) {
    // A second version stays inside the package, which was copied with its node_modules.
    if (!existsSync(join(folder, 'node_modules', other))) await copyPackage(other, manifest, modules, done);
  }
  for (const other of Object.keys(optionalDependencies))
    if (packageFolder(other, manifest) !== undefined) await copyPackage(other, manifest, modules, done);
}

async function copyAsset(asset: string, base: string, to: string): Promise<void> {
  const from = resolve(base, asset);
  const place = relative(base, from);
  if (place === '' || place.startsWith('..') || resolve(place) === place) {
    throw new ServiceError('INVALID_OPTIONS', `--asset ${asset}: it must be inside ${base}.`);
  }
  if (!existsSync(from)) throw new ServiceError('INVALID_OPTIONS', `--asset ${asset}: there is no ${from}.`);
  const isCode = (path: string): boolean => basename(path) !== 'node_modules';
  await cp(from, join(to, place), { recursive: true, dereference: true, filter: isCode });
}

/** Folder of a package, as Node finds it: its package.json needn't be exported. */
function packageFolder(name: string, from: string): string | undefined {
  const places = createRequire(from).resolve.paths(name) ?? [];
  return places.map((place) => join(place, name)).find((folder) => existsSync(join(folder, 'package.json')));
}
