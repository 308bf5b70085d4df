import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../support/imports.ts';
import { manifest } from '../support/package.ts';

const run = promisify(execFile);

export interface Consumer {
  /** A project that has only the packed package and what that depends on. */
  readonly dir: string;
  /** Paths in the tarball. */
  readonly files: readonly string[];
  node(...args: string[]): Promise<{ stdout: string; stderr: string }>;
  write(file: string, text: string): Promise<void>;
  remove(): Promise<void>;
}

/** Packs what is built, and installs it as a user would, with optional packages if asked. */
export async function installTarball(peers: readonly string[] = []): Promise<Consumer> {
  const dir = await mkdtemp(join(tmpdir(), 'winsvc-smoke-'));
  const write = (file: string, text: string): Promise<void> => writeFile(join(dir, file), text);
  const { tarball, files } = await packInto(dir);
  await write('package.json', JSON.stringify({ name: 'consumer', private: true, type: 'module' }));
  const wanted = [`./${tarball}`, ...peers.map((name) => `${name}@${manifest.devDependencies[name] ?? 'latest'}`)];
  await npm(dir, 'install', '--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund', ...wanted);
  return {
    dir,
    files,
    node: (...args) => run(process.execPath, args, { cwd: dir }),
    write,
    remove: () => rm(dir, { recursive: true, force: true, maxRetries: 5 }),
  };
}

/** Packs what is built into a folder. Returns the name of the tarball, and the paths in it. */
export async function packInto(dir: string): Promise<{ tarball: string; files: string[] }> {
  const { stdout } = await npm(ROOT, 'pack', '--json', '--ignore-scripts', '--pack-destination', dir);
  const [packed] = JSON.parse(stdout) as { filename: string; files: { path: string }[] }[];
  return { tarball: packed!.filename, files: packed!.files.map(({ path }) => path) };
}

export function npm(cwd: string, ...args: string[]): Promise<{ stdout: string; stderr: string }> {
  // Under npm this is npm's own file, so that no shell and no npm.cmd is needed.
  const file = process.env['npm_execpath'];
  return file
    ? run(process.execPath, [file, ...args], { cwd })
    : run('npm', args, { cwd, shell: process.platform === 'win32' });
}
