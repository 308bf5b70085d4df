import { existsSync, mkdirSync } from 'node:fs';
import { dirname, toNamespacedPath } from 'node:path';
import { serviceRoots } from '../../util/service-folder.ts';
import type { Ffi } from '../ffi/ffi.ts';
import { privateAccess, readableAccess } from './access-lists.ts';
import { FolderCalls } from './folder-calls.ts';
import { serviceSid } from './sids.ts';
import { requireTrusted } from './trust.ts';

/**
 * Makes a folder that only the service, SYSTEM and administrators can read and write: logs hold what others must not
 * see, and in a folder that others can write to they could plant links. Of `%ProgramData%\<service>\logs` the level
 * above is made too, readable by every user. Other missing folders above get the rights that they inherit.
 *
 * A folder that exists keeps its access list, but must be trusted: see `requireTrusted`.
 *
 * @param service the service whose security identifier gets access too; a service with `sidType: 'restricted'` could
 * not write otherwise
 * @throws ServiceError FOLDER_REFUSED; Win32Error
 */
export function makePrivateFolder(path: string, openFfi: () => Ffi, service?: string): void {
  const calls = new FolderCalls(openFfi());
  function* accounts(): Generator<string> {
    yield calls.processUser();
    // Last, and for a folder that isn't the account's: the hash in it loads node:crypto, 1.5 MiB.
    if (service !== undefined) yield serviceSid(service);
  }
  const ensure = (level: string, toSddl: (accounts: readonly string[]) => string): void => {
    const full = toNamespacedPath(level);
    const isMade = !existsSync(level) && calls.create(full, toSddl([...accounts()]));
    if (!isMade) requireTrusted(level, calls.read(full), accounts());
  };
  const parent = dirname(path);
  if (isServiceFolder(parent)) ensure(parent, readableAccess);
  else if (!existsSync(parent)) mkdirSync(parent, { recursive: true });
  ensure(path, isServiceFolder(path) ? readableAccess : privateAccess);
}

/**
 * Refuses a folder that another user may have made: what is in it can't be trusted either.
 *
 * @param service the service whose own identifier is trusted as an owner too
 * @throws ServiceError FOLDER_REFUSED; Win32Error
 */
export function checkPrivateFolder(path: string, openFfi: () => Ffi, service: string): void {
  const calls = new FolderCalls(openFfi());
  const owners = [calls.processUser(), serviceSid(service)];
  const levels = isServiceFolder(dirname(path)) ? [dirname(path), path] : [path];
  for (const level of levels) requireTrusted(level, calls.read(toNamespacedPath(level)), owners);
}

/** Returns whether this is `%ProgramData%\<service>`. */
export function isServiceFolder(path: string): boolean {
  const parent = dirname(path).toLowerCase();
  return path !== parent && serviceRoots().some((root) => root.toLowerCase().replace(/[\\/]+$/, '') === parent);
}
