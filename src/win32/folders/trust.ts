import { ServiceError } from '../../errors/service-error.ts';
import type { FolderFacts } from './folder-calls.ts';
import { SID } from './sids.ts';

/**
 * Refuses a folder that another user may have made before the service did: it could be a link to a place where only the
 * service may write, or its owner could put links into it.
 *
 * @param owners security identifiers of the owners that are trusted beside SYSTEM and administrators. Each is asked for only
 * when those before it aren't the owner.
 * @throws ServiceError FOLDER_REFUSED
 */
export function requireTrusted(path: string, facts: FolderFacts, owners: Iterable<string>): void {
  const details = { path, owner: facts.owner };
  if (!facts.isFolder) {
    throw new ServiceError('FOLDER_REFUSED', `${path} is a file where a folder should be. Remove or rename it.`, {
      details,
    });
  }
  if (facts.isReparsePoint) {
    throw new ServiceError(
      'FOLDER_REFUSED',
      `The folder ${path} is a link (reparse point) that another user may have made, so nothing is written through it. Remove the link, or name the folder that it leads to in the options.`,
      { details },
    );
  }
  if (!isOwnedBy(facts.owner, [SID.system, SID.administrators]) && !isOwnedBy(facts.owner, owners)) {
    throw new ServiceError(
      'FOLDER_REFUSED',
      `The folder ${path} belongs to ${facts.owner}, not to SYSTEM, administrators or the account of the service: another user may have made it, so nothing is written there. Check what is in it, then remove it, or run as administrator: icacls "${path}" /setowner *${SID.administrators}`,
      { details },
    );
  }
}

function isOwnedBy(owner: string, sids: Iterable<string>): boolean {
  for (const sid of sids) if (sid === owner) return true;
  return false;
}
