import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ServiceError } from '../../errors/service-error.ts';
import { ABOUT, type AboutProgram, FILES, HOSTED, KOFFI, VERBS } from '../../sea/about.ts';
import { bundleProgram } from '../bundle-program.ts';
import { copyBeside, findKoffiBinary } from '../copy-runtime.ts';
import type { PackOptions } from '../pack-options.ts';
import { bundleVerbs } from './bundle-verbs.ts';
import { makeBlob, versionOfNode } from './make-blob.ts';
import { injectProgram, readNodeVersion } from './node-exe.ts';

/** First version whose single executable applications have files inside. */
const FIRST_MAJOR = 22;
/** First version that runs an ES module from inside: module.registerHooks(). */
const FIRST_FOR_MODULES = [22, 15] as const;
const MESSAGES = 'winsvc-messages.dll';
/** Programs of winsvc's threads. */
const LOADED_LATER = [
  'host-thread.cjs',
  'host-post-start.cjs',
  'message-thread.cjs',
  'notify-thread.cjs',
  'options-check.cjs',
];

const STARTS_NODE =
  'The program uses fork(), cluster or process.execPath: in one exe these start the program again, instead of Node. Use worker threads, or the layout "folder".';

/** Exe that was written. */
export interface PackedExe {
  readonly bundle: string;
  readonly exe: string;
  readonly installsItself: boolean;
  readonly warnings: readonly string[];
}

/**
 * Packs a program into one exe: Node, the program, winsvc and koffi's binary. Packages that stay outside and assets lie
 * beside it.
 *
 * @param to folder to write
 * @throws ServiceError INVALID_OPTIONS, PACKAGE_MISSING, FILES_MISSING
 */
export async function packExe(options: PackOptions, to: string): Promise<PackedExe> {
  const { entry, name, external = [], minify = false, packageDir, node, seaNode = node } = options;
  const image = await readFile(node);
  const version = await checkVersions(node, image, seaNode);
  const inside = join(to, '.inside');
  await mkdir(inside, { recursive: true });
  const bundle = await bundleProgram({ entry, outdir: inside, external, minify, whole: true });
  if (bundle.file.endsWith('.mjs') && !isAtLeast(version, FIRST_FOR_MODULES))
    throw new ServiceError(
      'INVALID_OPTIONS',
      `${entry} has a top-level await, which one exe of Node ${version} can't run: it needs Node 22.15.`,
    );
  // Native code that the bundler has copied.
  for (const path of bundle.beside) await rename(join(inside, path), join(to, path));
  const kind = bundle.hasVerbs ? 'verbs' : bundle.usesWinsvc ? 'service' : 'hosted';
  const dist = join(packageDir, 'dist');
  const own = ['sea-main.cjs', FILES, ...LOADED_LATER, MESSAGES, ...(kind === 'hosted' ? [HOSTED] : [])];
  for (const file of own) await copyOwn(dist, file, inside);
  await copyFile(findKoffiBinary(options), join(inside, KOFFI));
  if (kind !== 'verbs') await bundleVerbs(packageDir, join(inside, VERBS));
  const files = Object.fromEntries(
    await Promise.all([KOFFI, MESSAGES].map(async (file) => [file, sha256(await readFile(join(inside, file)))])),
  ) as AboutProgram['files'];
  await writeFile(
    join(inside, ABOUT),
    JSON.stringify({ name, bundle: bundle.file, kind, files } satisfies AboutProgram),
  );
  const assets = [ABOUT, bundle.file, KOFFI, ...own.slice(1), ...(kind === 'verbs' ? [] : [VERBS])];
  const made = injectProgram(image, await makeBlob(seaNode, inside, assets));
  if (!made) throw new ServiceError('INVALID_OPTIONS', `${node} can't have a program inside: it is no plain node.exe.`);
  const exe = `${fileName(name)}.exe`;
  await writeFile(join(to, exe), made);
  await rm(inside, { recursive: true });
  await copyBeside(options, to);
  const warnings = [...bundle.warnings, ...(bundle.startsNode ? [STARTS_NODE] : [])];
  return { bundle: bundle.file, exe, installsItself: true, warnings };
}

async function checkVersions(node: string, image: Uint8Array, seaNode: string): Promise<string> {
  const version = readNodeVersion(image);
  if (version === undefined) throw new ServiceError('INVALID_OPTIONS', `${node} has no version: it is no node.exe.`);
  if (!isAtLeast(version, [FIRST_MAJOR, 0]))
    throw new ServiceError(
      'INVALID_OPTIONS',
      `--sea needs Node ${FIRST_MAJOR} or later, and ${node} is ${version}. Name another one with --node.`,
    );
  const running = await versionOfNode(seaNode);
  if (running === version) return version;
  throw new ServiceError(
    'INVALID_OPTIONS',
    `--sea needs the same version of Node on this system: ${node} is ${version}, and ${seaNode} is ${running}. Name one with --sea-node, or pack on Windows.`,
  );
}

function isAtLeast(version: string, [major, minor]: readonly [number, number]): boolean {
  const [m = 0, n = 0] = version.split('.').map(Number);
  return m > major || (m === major && n >= minor);
}

async function copyOwn(dist: string, file: string, to: string): Promise<void> {
  const from = join(dist, file);
  if (!existsSync(from))
    throw new ServiceError('FILES_MISSING', `${dist} has no ${file}: install winsvc again, and pack from there.`);
  await copyFile(from, join(to, file));
}

function sha256(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** Name of a file on Windows, with nothing that a shell would split. */
function fileName(name: string): string {
  return name.replaceAll(/[<>:"/\\|?*\s]+/g, '-').replace(/^[.-]+|[.-]+$/g, '') || 'service';
}
