import { toMs } from '../../util/duration.ts';
import { commitSwitch, type Release, type ReleaseState } from '../state/release-state.ts';
import type { SwitchOptions } from '../upgrade-options.ts';

/** A switch that is planned. */
export interface PlannedSwitch {
  readonly state: ReleaseState;
  readonly to: Release;
  /** Source of a new release. */
  readonly copy?: string;
  /** `true`: the service runs now. */
  readonly runs: boolean;
  readonly keep: number;
}

/** Describes the steps of a switch, in order. */
export function describeSteps(
  options: SwitchOptions,
  { state, to, copy, runs, keep }: PlannedSwitch,
): readonly string[] {
  const { pending, current, releases } = state;
  const starts = runs || options.start;
  const stable = toMs(options.stableFor ?? 0) > 0;
  const after = commitSwitch(
    {
      ...state,
      garbage: [],
      pending: {
        ...{ action: 'upgrade', fromImagePath: '', from: current, to, phase: 'stop' },
        ...{ wasRunning: false, dependents: [], startedAt: '' },
      },
    },
    keep,
  );
  const { readyUrl, readyChecks = [] } = options;
  const checks = [...(readyUrl === undefined ? [] : [readyUrl]), ...readyChecks.map(({ name }) => name)];
  return [
    ...(pending ? [`undo the ${pending.action} to ${pending.to.id} of ${pending.startedAt}, which did not end`] : []),
    ...(releases.length === 1 && releases[0]?.adopted && copy !== undefined
      ? [`keep ${releases[0].folder} as release ${current}`]
      : []),
    ...(copy === undefined ? [] : [`copy ${copy} to ${to.folder}`]),
    ...(runs ? [`stop release ${current}`] : []),
    `change the command line to ${to.imagePath}`,
    ...(starts ? [`start release ${to.id}`] : ['leave the service stopped, as it is']),
    ...(starts && checks.length > 0 ? [`wait until it is ready: ${checks.join(', ')}`] : []),
    ...(starts && stable ? [`watch it for ${options.stableFor}`] : []),
    ...(after.garbage.length > 0 ? [`remove ${after.garbage.join(', ')}`] : []),
  ];
}
