import * as z from 'zod/mini';
import { ServiceError } from '../../errors/service-error.ts';
import { schemaProblems } from '../../errors/check-options.ts';

/** Release of a service: a folder with its program, and the command line that runs it. */
export interface Release {
  /** Name of the release: the version in its package.json, or the name that the upgrade was given. */
  readonly id: string;
  /** Folder with its files. */
  readonly folder: string;
  /** Command line of the service while this release is the current one. */
  readonly imagePath: string;
  /** Time at which it was added, as ISO 8601. */
  readonly addedAt: string;
  /** `true`: the folder that the service was installed from. It isn't below the releases, and is never deleted. */
  readonly adopted?: boolean;
}

/** Step of a switch that is about to be made. Written before the step, so that a later call knows what may have happened. */
export type SwitchPhase = 'stop' | 'switch' | 'start' | 'verify' | 'undo';

/** Switch between two releases that has begun and not ended. */
export interface PendingSwitch {
  readonly action: 'upgrade' | 'rollback';
  /** Command line before the switch: an undo restores exactly it. */
  readonly fromImagePath: string;
  /** Name of the release before the switch. */
  readonly from: string;
  readonly to: Release;
  readonly phase: SwitchPhase;
  /** `true`: the service was running, so an undo starts it. */
  readonly wasRunning: boolean;
  /** Services that depended on it and ran; they are started again. */
  readonly dependents: readonly string[];
  readonly startedAt: string;
}

/** Record of the releases of one service, kept beside them in `releases.json`. */
export interface ReleaseState {
  readonly version: 1;
  readonly service: string;
  /** Name of the release that the service runs. */
  readonly current: string;
  /** Releases in the order in which they were added. */
  readonly releases: readonly Release[];
  readonly pending?: PendingSwitch | undefined;
  /** Names of folders that are to be deleted. */
  readonly garbage: readonly string[];
}

/** Name of the file of a {@link ReleaseState}. */
export const STATE_FILE = 'releases.json';

const text = z.string().check(z.minLength(1));
/** A name of one folder: the record must not name a place elsewhere, because folders in it are deleted. */
const folderName = text.check(z.regex(/^(?!\.)[^\\/:]+$/));
const release = z.strictObject({
  id: folderName,
  folder: text,
  imagePath: text,
  addedAt: text,
  adopted: z.optional(z.boolean()),
});
const schema = z.strictObject({
  version: z.literal(1),
  service: text,
  current: folderName,
  releases: z.array(release).check(z.minLength(1)),
  pending: z.optional(
    z.strictObject({
      action: z.enum(['upgrade', 'rollback']),
      fromImagePath: text,
      from: folderName,
      to: release,
      phase: z.enum(['stop', 'switch', 'start', 'verify', 'undo']),
      wasRunning: z.boolean(),
      dependents: z.array(text),
      startedAt: text,
    }),
  ),
  garbage: z.array(folderName),
});

/**
 * Checks a record that was read.
 *
 * @throws ServiceError RELEASE_INVALID when it is damaged: what the service should run would be a guess.
 */
export function parseState(value: unknown, file: string): ReleaseState {
  const problems = schemaProblems(schema, value);
  const state = value as ReleaseState;
  if (problems.length === 0 && !state.releases.some(({ id }) => id === state.current))
    problems.push({ path: 'current', message: `is "${state.current}", which is none of the releases` });
  if (problems.length > 0) {
    const lines = problems.map(({ path, message }) => `  - ${path}: ${message}`);
    throw new ServiceError(
      'RELEASE_INVALID',
      `The record of the releases, ${file}, is damaged:\n${lines.join('\n')}\nRestore it from a backup. Or delete it and upgrade with --adopt: the program that the service runs now becomes the first release.`,
      { details: { file, problems } },
    );
  }
  return state;
}

/** Returns the release of this name. */
export function findRelease(state: ReleaseState, id: string): Release | undefined {
  return state.releases.find((item) => item.id === id);
}

/** Returns the release before the current one, which a rollback goes to. */
export function previousRelease(state: ReleaseState): Release | undefined {
  const at = state.releases.findIndex(({ id }) => id === state.current);
  return state.releases[at - 1];
}

/** Ends a switch: its target is the current release. Releases beyond `keep` become garbage, the oldest first. */
export function commitSwitch(state: ReleaseState, keep: number): ReleaseState {
  const { pending } = state;
  if (!pending) return state;
  const known = state.releases.some(({ id }) => id === pending.to.id);
  const releases = known ? state.releases : [...state.releases, pending.to];
  const spare = releases.filter(({ id, adopted }) => id !== pending.to.id && id !== pending.from && !adopted);
  // The current one and the one before it count too.
  const gone = new Set(spare.slice(0, Math.max(0, releases.length - keep)).map(({ id }) => id));
  return {
    ...state,
    current: pending.to.id,
    releases: releases.filter(({ id }) => !gone.has(id)),
    pending: undefined,
    garbage: [...state.garbage, ...gone],
  };
}

/** Ends a switch that was undone: the release before it is the current one; a new release becomes garbage. */
export function abandonSwitch(state: ReleaseState): ReleaseState {
  const { pending } = state;
  if (!pending) return state;
  const isNew = !state.releases.some(({ id }) => id === pending.to.id);
  return {
    ...state,
    current: pending.from,
    pending: undefined,
    garbage: isNew ? [...state.garbage, pending.to.id] : state.garbage,
  };
}

/** Returns a name that is free: `2.1.0`, then `2.1.0-2`. */
export function freeId(state: ReleaseState | undefined, wanted: string): string {
  const taken = new Set(
    [...(state?.releases.map(({ id }) => id) ?? []), ...(state?.garbage ?? [])].map((id) => id.toLowerCase()),
  );
  for (let count = 1; ; count++) {
    const id = count === 1 ? wanted : `${wanted}-${count}`;
    if (!taken.has(id.toLowerCase())) return id;
  }
}
