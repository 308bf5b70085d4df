import { ServiceError } from '../errors/service-error.ts';
import { findReleases } from './state/find-releases.ts';
import type { ReleaseJournal } from './state/release-journal.ts';
import { findRelease, previousRelease, type Release } from './state/release-state.ts';
import { describeSteps } from './switch/describe-steps.ts';
import { clean, recover } from './switch/recover.ts';
import { type Progress, runSwitch } from './switch/run-switch.ts';
import type { RollbackOptions } from './upgrade-options.ts';
import type { UpgradeParts } from './upgrade-parts.ts';
import type { SwitchResult } from './upgrade-result.ts';

/** Goes back to an earlier release, through the given adapters. */
export async function rollbackWith(parts: UpgradeParts, options: RollbackOptions): Promise<SwitchResult> {
  const progress: Progress = (step, text) => options.onProgress?.(step, text);
  if (options.plan) return plan(parts, options);
  const unlock = await parts.lock();
  try {
    const journal = await openJournal(parts);
    const recovered = await recover(parts, journal, options, progress);
    // An undone upgrade is the rollback that was asked for.
    if (recovered && options.to === undefined) {
      const warnings = await clean(parts, journal);
      const { state } = await parts.target.status();
      return {
        ...toResult(journal, recovered.to, current(journal)),
        started: state === 'running',
        recovered,
        warnings,
      };
    }
    const from = journal.state.current;
    const to = targetOf(journal, options.to);
    const { startType } = await parts.target.config();
    const request = { action: 'rollback', to, keep: Number.POSITIVE_INFINITY, startType } as const;
    const { times, started } = await runSwitch(parts, journal, options, request, progress);
    const warnings = await clean(parts, journal);
    return { ...toResult(journal, from, to), times, started, recovered, warnings };
  } finally {
    unlock();
  }
}

async function plan(parts: UpgradeParts, options: RollbackOptions): Promise<SwitchResult> {
  const journal = await openJournal(parts);
  const { pending } = journal.state;
  const { state } = await parts.target.status();
  if (pending && options.to === undefined) {
    const steps = [`undo the ${pending.action} to ${pending.to.id} of ${pending.startedAt}, which did not end`];
    return {
      ...toResult(journal, pending.to.id, current(journal)),
      planned: true,
      started: false,
      steps,
      warnings: [],
    };
  }
  const to = targetOf(journal, options.to);
  const keep = Number.POSITIVE_INFINITY;
  const steps = describeSteps(options, { state: journal.state, to, runs: state !== 'stopped', keep });
  const from = journal.state.current;
  return { ...toResult(journal, from, to), planned: true, started: false, steps, warnings: [] };
}

async function openJournal({ files, target }: UpgradeParts): Promise<ReleaseJournal> {
  const config = await target.config();
  const journal = await findReleases(files, target.name, config);
  if (journal) return journal;
  throw new ServiceError(
    'INVALID_OPTIONS',
    `Service "${target.name}" has no releases: it was never upgraded with winsvc upgrade. It runs: ${config.imagePath}`,
    { details: { service: target.name } },
  );
}

function targetOf({ state }: ReleaseJournal, wanted: string | undefined): Release {
  const to = wanted === undefined ? previousRelease(state) : findRelease(state, wanted);
  const ids = state.releases.map(({ id }) => id).join(', ');
  if (to && to.id !== state.current) return to;
  const why =
    wanted === undefined
      ? `there is none before the current one, ${state.current}`
      : to
        ? `${wanted} is the current one`
        : `there is no release ${wanted}`;
  throw new ServiceError(
    'INVALID_OPTIONS',
    `Service "${state.service}" can't be rolled back: ${why}. Releases: ${ids}. Name one with --to.`,
    { details: { service: state.service, releases: state.releases.map(({ id }) => id) } },
  );
}

function current({ state }: ReleaseJournal): Release {
  return findRelease(state, state.pending?.from ?? state.current) as Release;
}

function toResult(
  { state }: ReleaseJournal,
  from: string,
  { id, folder, imagePath }: Release,
): Pick<SwitchResult, 'service' | 'action' | 'planned' | 'from' | 'to' | 'folder' | 'imagePath' | 'releases'> {
  const releases = state.releases.map((release) => release.id);
  return { service: state.service, action: 'rollback', planned: false, from, to: id, folder, imagePath, releases };
}
