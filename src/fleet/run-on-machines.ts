import { Win32Error } from '../errors/win32-error.ts';
import type { ServiceManager } from '../manager/index.ts';
import type { Clock } from '../util/clock.ts';
import { pause } from '../util/pause.ts';
import { createSlots, type Semaphore } from '../util/semaphore.ts';
import { toError } from '../util/to-error.ts';
import type { FleetResult, RolloutOptions, SkipReason } from './fleet-result.ts';
import { within } from './within.ts';

/** Time after which a machine that hasn't answered its first call gives its place to the next one. */
const SLOW_MS = 2_000;

/** Work on one machine. */
export interface MachineWork<T> {
  /** First call, by which the machine shows that it answers. */
  contact(manager: ServiceManager): Promise<unknown>;
  run(manager: ServiceManager, machine: string, signal: AbortSignal | undefined): Promise<T>;
  /** Longest time of `run`, in milliseconds. */
  readonly limitMs: number;
  /** `true`: `run` ends by itself when the signal aborts, and must be waited for. */
  readonly undoes?: boolean;
  /** Checks a canary after the wait, with its result from before. @throws when it has failed since */
  verify?(manager: ServiceManager, value: T): Promise<unknown>;
}

/** Surroundings of the work. */
export interface MachineRun<T> {
  readonly machines: readonly string[];
  readonly concurrency: number;
  /** Longest time for the first answer of a machine, in milliseconds. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal | undefined;
  open(machine: string): Promise<ServiceManager>;
  readonly rollout: RolloutOptions;
  /** Time between the canaries and the others, in milliseconds. */
  readonly waitMs: number;
  readonly onResult?: ((result: FleetResult<T>) => void) | undefined;
}

/** Does the work on every machine, some at once. Returns a result for each, in the order of the machines; never rejects. */
export async function runOnMachines<T>(run: MachineRun<T>, work: MachineWork<T>): Promise<readonly FleetResult<T>[]> {
  const { machines, signal, rollout, waitMs } = run;
  const { canary = 0, maxFailures = Number.POSITIVE_INFINITY } = rollout;
  const slots = createSlots(run.concurrency);
  const results = new Map<string, FleetResult<T>>();
  let failed = 0;
  const note = (result: FleetResult<T>): void => {
    results.set(result.machine, result);
    if (result.outcome === 'failed') failed += 1;
    run.onResult?.(result);
  };
  const skips = (): SkipReason | undefined =>
    signal?.aborted ? 'interrupted' : failed > maxFailures ? 'maxFailures' : undefined;
  const doAll = (some: readonly string[]): Promise<unknown> =>
    Promise.all(some.map((machine) => onMachine(machine, run, work, slots, skips, note)));

  const first = machines.slice(0, canary);
  const others = machines.slice(canary);
  if (first.length > 0) {
    await doAll(first);
    if (failed === 0 && others.length > 0 && waitMs > 0) {
      await pause(waitMs, run.clock, signal);
      for (const machine of first) await verify(machine, run, work, results, note);
    }
    if (failed > 0) {
      for (const machine of others)
        note({ machine, outcome: 'skipped', reason: signal?.aborted ? 'interrupted' : 'canary' });
      return inOrder(machines, results);
    }
  }
  await doAll(others);
  return inOrder(machines, results);
}

async function onMachine<T>(
  machine: string,
  run: MachineRun<T>,
  work: MachineWork<T>,
  slots: Semaphore,
  skips: () => SkipReason | undefined,
  note: (result: FleetResult<T>) => void,
): Promise<void> {
  const { clock, timeoutMs, signal } = run;
  let release = await takeSlot(slots, signal);
  const skipped = skips();
  if (skipped) {
    note({ machine, outcome: 'skipped', reason: skipped });
    release();
    return;
  }
  const began = clock.now();
  let manager: ServiceManager | undefined;
  try {
    const contact = within(
      (async () => {
        manager = await run.open(machine);
        await work.contact(manager).catch(ignoreRefusal);
        return manager;
      })(),
      { machine, limitMs: timeoutMs, clock, signal },
    );
    // One that doesn't answer delays none: it is waited for beside the others.
    const isSlow = await Promise.race([
      contact.then(
        () => false,
        () => false,
      ),
      pause(SLOW_MS, clock).then(() => true),
    ]);
    if (isSlow) {
      release();
      await contact;
      release = await takeSlot(slots, signal);
    }
    const value = work.run(await contact, machine, signal);
    const limit = { machine, limitMs: work.limitMs, clock };
    const answer = await within(value, work.undoes ? limit : { ...limit, signal });
    note({ machine, outcome: 'done', value: answer, elapsedMs: clock.now() - began });
  } catch (thrown) {
    note({ machine, outcome: 'failed', error: toError(thrown), elapsedMs: clock.now() - began });
  } finally {
    // After the note: the next machine sees how many have failed.
    release();
    // A hanging machine must not hold up its own result.
    void manager?.close().catch(() => undefined);
  }
}

/** The machine answered: what it refuses is refused again by the work, which may know better. */
function ignoreRefusal(error: unknown): void {
  if (error instanceof Win32Error && error.service !== undefined && error.api !== 'OpenSCManagerW') return;
  throw error;
}

async function verify<T>(
  machine: string,
  run: MachineRun<T>,
  work: MachineWork<T>,
  results: ReadonlyMap<string, FleetResult<T>>,
  note: (result: FleetResult<T>) => void,
): Promise<void> {
  const before = results.get(machine);
  if (!work.verify || before?.outcome !== 'done' || run.signal?.aborted) return;
  let manager: ServiceManager | undefined;
  try {
    const check = (async () => {
      manager = await run.open(machine);
      await work.verify?.(manager, before.value);
    })();
    await within(check, { machine, limitMs: run.timeoutMs, clock: run.clock, signal: run.signal });
  } catch (thrown) {
    note({ machine, outcome: 'failed', error: toError(thrown), elapsedMs: before.elapsedMs });
  } finally {
    void manager?.close().catch(() => undefined);
  }
}

/** Waits for a place. An abort ends the wait: what follows sees it. */
function takeSlot(slots: Semaphore, signal: AbortSignal | undefined): Promise<() => void> {
  return new Promise((resolve) => {
    const leave = slots.take((release) => {
      signal?.removeEventListener('abort', abort);
      resolve(release);
    });
    function abort(): void {
      leave();
      resolve(() => undefined);
    }
    if (signal?.aborted) abort();
    else signal?.addEventListener('abort', abort, { once: true });
  });
}

function inOrder<T>(
  machines: readonly string[],
  results: ReadonlyMap<string, FleetResult<T>>,
): readonly FleetResult<T>[] {
  return machines.flatMap((machine) => results.get(machine) ?? []);
}
