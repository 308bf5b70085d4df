import { basename, dirname, join, resolve } from 'node:path';
import { ServiceError } from '../../errors/service-error.ts';
import type { InstalledServiceConfig } from '../../manager/index.ts';
import { toFileName } from '../../util/file-name.ts';
import type { ReleaseFiles } from '../upgrade-parts.ts';
import { comparable, mainFile } from './release-line.ts';
import { ReleaseJournal } from './release-journal.ts';
import { parseState, STATE_FILE, type Release, type ReleaseState } from './release-state.ts';

const ENDING = '.releases';

/** Returns the folder of a service's releases, beside the folder that it was installed from. */
export function releasesBeside(folder: string, service: string): string {
  return join(`${folder}${ENDING}`, toFileName(service));
}

/**
 * Finds the releases of a service by the program that it runs: that lies in one of them, or in the folder beside which
 * they are.
 *
 * @throws ServiceError RELEASE_INVALID when their record is damaged.
 */
export async function findReleases(
  files: ReleaseFiles,
  service: string,
  { imagePath }: InstalledServiceConfig,
): Promise<ReleaseJournal | undefined> {
  for (const folder of ancestors(mainFile(imagePath))) {
    const isRoot = dirname(folder).endsWith(ENDING) && isSame(basename(folder), toFileName(service));
    for (const root of isRoot ? [folder] : [releasesBeside(folder, service)]) {
      const found = await files.readState(root);
      if (found === undefined) continue;
      const state = parseState(found, join(root, STATE_FILE));
      if (isSame(state.service, service)) return new ReleaseJournal(files, root, atPresent(state, imagePath));
    }
  }
  return undefined;
}

/** Makes the record of a service that has no releases yet: its folder is the first one. */
export async function adopt(
  files: ReleaseFiles,
  service: string,
  { imagePath }: InstalledServiceConfig,
  given: boolean | string,
  now: Date,
): Promise<{ readonly root: string; readonly state: ReleaseState }> {
  const folder = typeof given === 'string' ? resolve(given) : await files.programFolder(mainFile(imagePath));
  if (dirname(folder) === folder)
    throw new ServiceError(
      'RELEASE_INVALID',
      `Service "${service}" runs from ${folder}, the root of a drive: releases need a folder for the program. Name it with --adopt --folder FOLDER (API: adopt: 'FOLDER'), or install the service from a folder.`,
      { details: { folder } },
    );
  const first: Release = { id: toId(basename(folder)), folder, imagePath, addedAt: now.toISOString(), adopted: true };
  const state: ReleaseState = { version: 1, service, current: first.id, releases: [first], garbage: [] };
  return { root: releasesBeside(folder, service), state };
}

/** Makes a name of a release, which is the name of a folder too. */
export function toId(text: string): string {
  return toFileName(text).replace(/^\.+/, '') || 'release';
}

/** The program may have been changed by hand, to another release or with other arguments: what the service runs counts. */
function atPresent(state: ReleaseState, imagePath: string): ReleaseState {
  if (state.pending) return state;
  const main = comparable(mainFile(imagePath));
  const runs = state.releases.find(({ folder }) => ancestors(main).includes(comparable(folder)));
  if (!runs) return state;
  return {
    ...state,
    current: runs.id,
    releases: state.releases.map((release) => (release === runs ? { ...release, imagePath } : release)),
  };
}

function ancestors(file: string): readonly string[] {
  const above = dirname(file);
  return above === file ? [] : [above, ...ancestors(above)];
}

function isSame(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
