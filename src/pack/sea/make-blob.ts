import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ServiceError } from '../../errors/service-error.ts';

const LIMIT_MS = 120_000;
const MAIN = 'sea-main.cjs';
const BLOB = 'sea.blob';

/**
 * Makes the program that goes into the exe, by the Node of the same version: the format differs between versions.
 *
 * @param folder folder of the assets; the blob is made there
 * @param assets names of files in it
 * @throws ServiceError INVALID_OPTIONS when Node refuses
 */
export async function makeBlob(node: string, folder: string, assets: readonly string[]): Promise<Uint8Array> {
  const config = {
    main: MAIN,
    output: BLOB,
    disableExperimentalSEAWarning: true,
    // A cache of code is for one system and processor, and import() doesn't work with it.
    useCodeCache: false,
    useSnapshot: false,
    // Otherwise NODE_OPTIONS could put code into the service.
    execArgvExtension: 'none',
    assets: Object.fromEntries(assets.map((name) => [name, name])),
  };
  await writeFile(join(folder, 'sea.json'), JSON.stringify(config));
  try {
    // Relative paths, in its folder.
    await run(node, ['--experimental-sea-config', 'sea.json'], folder);
    return await readFile(join(folder, BLOB));
  } catch (cause) {
    const { stderr = '', message } = cause as Error & { readonly stderr?: string };
    throw new ServiceError('INVALID_OPTIONS', `${node} can't make one exe: ${stderr.trim() || message}`, { cause });
  }
}

/** Version of a Node that runs here: `22.23.3`. @throws ServiceError INVALID_OPTIONS */
export async function versionOfNode(node: string): Promise<string> {
  if (node === process.execPath) return process.versions.node;
  try {
    const { stdout } = await run(node, ['--version']);
    return stdout.trim().replace(/^v/, '');
  } catch (cause) {
    throw new ServiceError('INVALID_OPTIONS', `${node} is no Node.js that runs here: ${(cause as Error).message}`, {
      cause,
    });
  }
}

function run(node: string, args: readonly string[], cwd?: string): Promise<{ stdout: string; stderr: string }> {
  return promisify(execFile)(node, args, { ...(cwd && { cwd }), windowsHide: true, timeout: LIMIT_MS });
}
