import type { Check } from '../../health/index.ts';
import { ServiceError } from '../../errors/service-error.ts';
import { toMs } from '../../util/duration.ts';
import type { ReleaseJournal } from '../state/release-journal.ts';
import type { SwitchOptions, SwitchStep } from '../upgrade-options.ts';
import type { UpgradeParts } from '../upgrade-parts.ts';
import type { SwitchTimes } from '../upgrade-result.ts';
import { endProcess, stopFailed } from './end-process.ts';
import { waitReady, watchStable } from './wait-ready.ts';

/** A switch under way. */
export interface SwitchRun {
  readonly parts: UpgradeParts;
  readonly journal: ReleaseJournal;
  readonly options: SwitchOptions;
  /** Checks that the new release must pass. */
  readonly checks: readonly Check[];
  /** `true`: the new release is started. */
  readonly starts: boolean;
  progress(step: SwitchStep, text: string): void;
}

/**
 * Stops the service, gives it the command line of the new release, starts it and verifies it. Each step is written to
 * the journal before it is made. Undoes nothing when a step fails.
 *
 * @returns the times; `undefined` for a service that isn't started.
 */
export async function performSwitch(run: SwitchRun): Promise<SwitchTimes | undefined> {
  const { parts, journal, options, progress } = run;
  const { target, clock } = parts;
  const { to, wasRunning } = journal.pending;
  const began = clock.now();
  const hung = wasRunning ? await stopOld(run) : undefined;

  options.signal?.throwIfAborted();
  await journal.enter('switch');
  progress('switch', `pointing it at ${to.folder}`);
  await target.configure({ imagePath: to.imagePath });
  // Only now: recovery starts what was killed again, and that must be the new release.
  if (hung !== undefined) await endProcess(parts, hung);
  // The old release may have failed in its stop, and recovery may have started it again before the change.
  else if (wasRunning) await stopFailed(parts, options.stopTimeout ?? '30s');
  const stoppedMs = clock.now() - began;
  if (!run.starts) return undefined;

  await journal.enter('start');
  progress('start', `starting release ${to.id}`);
  const { pid } = await target.start({ timeout: options.startTimeout ?? '30s', ...withSignal(options) });
  const runningMs = clock.now() - began;
  await startDependents(run);

  await journal.enter('verify');
  let readyMs: number | undefined;
  if (run.checks.length > 0) {
    progress('ready', 'waiting until it is ready');
    await waitReady(parts, options, run.checks, pid);
    readyMs = clock.now() - began;
  }
  if (toMs(options.stableFor ?? 0) > 0) {
    progress('stable', `watching it for ${options.stableFor}`);
    await watchStable(parts, options, run.checks, pid);
  }
  return { stoppedMs, runningMs, readyMs };
}

/** Stops the old release. Returns the process to end where it hangs and the options allow that. */
async function stopOld({ parts: { target }, journal, options, progress }: SwitchRun): Promise<number | undefined> {
  const { from, to } = journal.pending;
  progress('stop', `stopping release ${from}`);
  const { pid } = await target.status();
  try {
    await target.stop({
      timeout: options.stopTimeout ?? '30s',
      dependents: options.dependents ?? false,
      reason: { cause: 'upgrade', comment: `to release ${to.id}`.slice(0, 127) },
      ...withSignal(options),
    });
    return undefined;
  } catch (error) {
    if (error instanceof ServiceError && error.code === 'STATE_NOT_REACHED' && options.kill) return pid;
    throw error;
  }
}

/** Starts the services again that depend on it and ran. */
export async function startDependents({
  parts,
  journal,
  options,
}: Pick<SwitchRun, 'parts' | 'journal' | 'options'>): Promise<void> {
  for (const name of [...journal.pending.dependents].reverse())
    await parts.dependent(name).start({ timeout: options.startTimeout ?? '30s' });
}

function withSignal({ signal }: SwitchOptions): { readonly signal?: AbortSignal } {
  return signal ? { signal } : {};
}
