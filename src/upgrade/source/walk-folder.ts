import { readdir, realpath, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { ServiceError } from '../../errors/service-error.ts';

/** Entry of a folder, with its path below the folder. */
export type FolderEntry =
  | { readonly kind: 'file'; readonly path: string; readonly size: number }
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 'link'; readonly path: string; readonly target: string; readonly toFolder: boolean };

/**
 * Yields the content of a folder, folders before what is in them.
 *
 * @throws ServiceError RELEASE_INVALID for a link that leads out of it: a release must not depend on other folders.
 */
export async function* walkFolder(
  root: string,
  signal: AbortSignal | undefined,
  below = '',
): AsyncGenerator<FolderEntry, void, undefined> {
  const real = await realpath(root);
  for (const entry of await readdir(join(root, below), { withFileTypes: true })) {
    signal?.throwIfAborted();
    const path = join(below, entry.name);
    if (entry.isDirectory()) {
      yield { kind: 'folder', path };
      yield* walkFolder(root, signal, path);
    } else if (entry.isSymbolicLink()) yield await readLink(root, real, path);
    else if (entry.isFile()) yield { kind: 'file', path, size: (await stat(join(root, path))).size };
    else throw invalid(`${join(root, path)} is neither a file nor a folder.`);
  }
}

async function readLink(root: string, real: string, path: string): Promise<FolderEntry> {
  const target = await realpath(join(root, path)).catch(() => undefined);
  if (target === undefined) throw invalid(`${join(root, path)} is a link to a place that doesn't exist.`);
  if (target !== real && !target.startsWith(real + sep))
    throw invalid(
      `${join(root, path)} is a link to ${target}, outside of the folder of the release. Copy the files there, or install packages without links (npm install --install-links).`,
    );
  const from = await realpath(join(root, path, '..'));
  return { kind: 'link', path, target: relative(from, target) || '.', toFolder: (await stat(target)).isDirectory() };
}

function invalid(message: string): ServiceError {
  return new ServiceError('RELEASE_INVALID', message);
}
