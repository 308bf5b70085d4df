import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { ServiceError } from '../errors/service-error.ts';
import { bundleProgram } from './bundle-program.ts';
import { copyRuntime } from './copy-runtime.ts';
import { toInstallScript, toServiceSpec, toUninstallScript, UNINSTALL_PROGRAM } from './install-script.ts';
import { MARK, type Packed, type PackOptions } from './pack-options.ts';
import { packExe } from './sea/pack-exe.ts';
import { toWixFragment } from './wix-fragment.ts';

/**
 * Packs a program into a folder that runs on a machine without Node and npm: one bundle, node.exe, winsvc, koffi's binary,
 * and batch files that install and remove the service. The folder is written beside its place and moved there at the
 * end, so that it is whole or missing.
 *
 * @throws ServiceError INVALID_OPTIONS, PACKAGE_MISSING, FILES_MISSING
 */
export async function packProgram(options: PackOptions): Promise<Packed> {
  const { name, sea = false } = options;
  const out = resolve(options.out);
  await checkOut(out);
  const made = `${out}.packing-${process.pid}`;
  await rm(made, { recursive: true, force: true });
  await mkdir(made, { recursive: true });
  try {
    const { bundle, ...more } = await (sea ? packExe(options, made) : packFolder(options, made));
    await writeFile(join(made, MARK), `${JSON.stringify({ name, bundle }, null, 2)}\n`);
    const files = await filesOf(made);
    await rm(out, { recursive: true, force: true });
    await rename(made, out);
    return { out, bundle, files, ...more };
  } catch (error) {
    await rm(made, { recursive: true, force: true });
    throw error;
  }
}

async function packFolder(
  options: PackOptions,
  made: string,
): Promise<Pick<Packed, 'bundle' | 'installsItself' | 'warnings'>> {
  const { entry, name, external = [], minify = false, wix = false } = options;
  const { file, hasVerbs, usesWinsvc, warnings } = await bundleProgram({ entry, outdir: made, external, minify });
  await copyRuntime(options, made);
  const program = { name, bundle: file, hasVerbs, usesWinsvc };
  await writeFile(join(made, 'install.cmd'), toInstallScript(program));
  await writeFile(join(made, 'uninstall.cmd'), toUninstallScript(program));
  if (!hasVerbs) await writeFile(join(made, 'uninstall.mjs'), UNINSTALL_PROGRAM);
  await writeFile(join(made, 'service.json'), `${JSON.stringify(toServiceSpec(program), null, 2)}\n`);
  if (wix) await writeFile(join(made, 'service.wxs'), toWixFragment(program, await filesOf(made)));
  return { bundle: file, installsItself: hasVerbs, warnings };
}

async function checkOut(out: string): Promise<void> {
  if (!existsSync(out) || existsSync(join(out, MARK))) return;
  if (!(await stat(out)).isDirectory() || (await readdir(out)).length > 0) {
    throw new ServiceError('INVALID_OPTIONS', `${out} has other files in it: name a folder that is missing or empty.`);
  }
}

async function filesOf(folder: string): Promise<Packed['files']> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const files = await Promise.all(
    paths.map(async (path) => ({
      path: relative(folder, path).replaceAll('\\', '/'),
      bytes: (await stat(path)).size,
    })),
  );
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}
