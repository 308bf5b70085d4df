import { join, resolve, sep } from 'node:path';
import { ServiceError } from '../errors/service-error.ts';
import type { InstalledServiceConfig } from '../manager/index.ts';
import { comparable } from './state/release-line.ts';
import { adopt, findReleases, toId } from './state/find-releases.ts';
import { toReleaseLine } from './state/release-entry.ts';
import { ReleaseJournal } from './state/release-journal.ts';
import { findRelease, freeId, type Release, type ReleaseState } from './state/release-state.ts';
import type { SourceContent } from './source/source-content.ts';
import { describeSteps } from './switch/describe-steps.ts';
import { clean, recover } from './switch/recover.ts';
import { type Progress, runSwitch } from './switch/run-switch.ts';
import type { UpgradeOptions } from './upgrade-options.ts';
import type { UpgradeParts } from './upgrade-parts.ts';
import type { RecoveredSwitch, SwitchResult } from './upgrade-result.ts';

const DEFAULT_KEEP = 3;

/** The new release, and the record that it goes into. */
interface Prepared {
  readonly root: string;
  readonly state: ReleaseState;
  readonly content: SourceContent;
  readonly release: Release;
  readonly config: InstalledServiceConfig;
}

/** Puts a new release in place of the present one, through the given adapters. */
export async function upgradeWith(parts: UpgradeParts, options: UpgradeOptions): Promise<SwitchResult> {
  const progress: Progress = (step, text) => options.onProgress?.(step, text);
  if (options.plan) return plan(parts, options);
  const unlock = await parts.lock();
  try {
    const known = await findReleases(parts.files, parts.target.name, await parts.target.config());
    const recovered = known && (await recover(parts, known, options, progress));
    return await install(parts, options, recovered, progress);
  } finally {
    unlock();
  }
}

async function install(
  parts: UpgradeParts,
  options: UpgradeOptions,
  recovered: RecoveredSwitch | undefined,
  progress: Progress,
): Promise<SwitchResult> {
  const { files } = parts;
  const { root, state, content, release, config } = await prepare(parts, options);
  const journal = new ReleaseJournal(files, root, state);
  // Removes the rest of an earlier call: its name may be free then.
  await clean(parts, journal);
  // Before there is a folder of this name: should the process end, the next call removes it.
  await journal.save({ ...journal.state, garbage: [...journal.state.garbage, release.id] });
  try {
    progress('copy', `copying ${content.source} to ${release.folder}`);
    await files.stage(root, content, options.limits ?? {}, options.signal);
    await files.publish(root, release.folder);
    if (options.prepare) {
      progress('prepare', `preparing ${release.folder}`);
      await options.prepare(await files.pathTo(release.folder), options.signal);
    }
    const missing = describeMissing(release, await files.missingPackages(release.folder));
    options.signal?.throwIfAborted();
    const request = {
      action: 'upgrade',
      to: release,
      keep: options.keep ?? DEFAULT_KEEP,
      startType: config.startType,
    } as const;
    const { times, started } = await runSwitch(parts, journal, options, request, progress).catch((error: unknown) => {
      throw withHint(error, missing);
    });
    progress('clean', 'removing old releases');
    const warnings = [...missing, ...(await clean(parts, journal))];
    return { ...toResult(state, release), started, times, recovered, releases: idsOf(journal.state), warnings };
  } catch (error) {
    await clean(parts, journal);
    throw error;
  }
}

async function plan(parts: UpgradeParts, options: UpgradeOptions): Promise<SwitchResult> {
  const prepared = await prepare(parts, options);
  const { state, release, content } = prepared;
  const { state: now } = await parts.target.status();
  const steps = describeSteps(options, {
    state,
    to: release,
    copy: content.source,
    runs: now !== 'stopped',
    keep: options.keep ?? DEFAULT_KEEP,
  });
  return { ...toResult(state, release), planned: true, started: false, steps, releases: idsOf(state), warnings: [] };
}

/** Checks everything that can be checked before anything is written. */
async function prepare(parts: UpgradeParts, options: UpgradeOptions): Promise<Prepared> {
  const { files, target, clock } = parts;
  const config = await target.config();
  const now = new Date(clock.now());
  const known = await findReleases(files, target.name, config);
  const adopted = await adopt(files, target.name, config, options.adopt ?? false, now);
  if (!known && !options.adopt) throw notAdopted(target.name, adopted);
  const { root, state } = known ?? adopted;
  const source = resolve(options.from);
  if (comparable(root + sep).startsWith(comparable(source + sep)))
    throw new ServiceError(
      'INVALID_OPTIONS',
      `The new release ${source} holds the folder of the releases, ${root}: it would be copied into itself. Name the folder of the program.`,
    );
  const content = await files.inspect(source, options.limits ?? {}, options.signal);
  const id = freeId(
    state,
    toId(options.as ?? content.manifest?.version ?? now.toISOString().replaceAll(/[-:]|\..*/g, '')),
  );
  const folder = join(root, id);
  const current = findRelease(state, state.pending?.from ?? state.current) as Release;
  const imagePath = toReleaseLine(
    content,
    state.pending?.fromImagePath ?? config.imagePath,
    current.folder,
    folder,
    options.script,
  );
  return { root, state, content, config, release: { id, folder, imagePath, addedAt: now.toISOString() } };
}

function describeMissing({ id }: Release, packages: readonly string[]): readonly string[] {
  if (packages.length === 0) return [];
  return [
    `Release ${id} has no node_modules for ${packages.join(', ')}, which its package.json lists. npm pack leaves them out: upgrade with --install, or from a folder that has them. In a bundled program they are not needed.`,
  ];
}

/** A release without its packages is the most frequent reason why one doesn't start. */
function withHint(error: unknown, hints: readonly string[]): unknown {
  if (!(error instanceof ServiceError) || hints.length === 0) return error;
  const { code, message, cause, details } = error;
  return new ServiceError(code, [message, ...hints].join('\n'), { cause, details });
}

function notAdopted(
  service: string,
  { root, state }: { readonly root: string; readonly state: ReleaseState },
): ServiceError {
  const folder = state.releases[0]?.folder ?? '';
  return new ServiceError(
    'INVALID_OPTIONS',
    `Service "${service}" has no releases yet: it runs from ${folder}. Run the command again with --adopt (API: adopt: true). ${folder} stays as it is and becomes the first release, to which a rollback can return; new releases go to ${root}.`,
    { details: { service, folder, root } },
  );
}

function toResult(
  state: ReleaseState,
  { id, folder, imagePath }: Release,
): Pick<SwitchResult, 'service' | 'action' | 'planned' | 'from' | 'to' | 'folder' | 'imagePath'> {
  return { service: state.service, action: 'upgrade', planned: false, from: state.current, to: id, folder, imagePath };
}

function idsOf(state: ReleaseState): readonly string[] {
  return state.releases.map(({ id }) => id);
}
