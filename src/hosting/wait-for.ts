import { resolve } from 'node:path';
import type { WaitForRule } from '../scm/host-settings.ts';
import type { ServiceContext } from '../service/context/context.ts';
import type { Clock } from '../util/clock.ts';
import { describeTarget, isThere, type ServiceProbe } from './poll-target.ts';

const POLL_MS = 200;
const CHECKPOINT_MS = 2_000;
/** Time between our message and the end of the start timeout, whose message knows nothing of the cause. */
const MARGIN_MS = 500;

/** Parts that a wait works with. */
export interface WaitParts {
  readonly cwd: string;
  readonly clock: Clock;
  readonly isServiceRunning: ServiceProbe;
}

/**
 * Waits until everything is there, in the order of the list. The SCM gets a checkpoint every 2 s.
 *
 * @throws Error that names what is missing, shortly before the start timeout; Win32Error of a service that doesn't exist.
 */
export async function waitForAll(
  rules: readonly WaitForRule[],
  { cwd, clock, isServiceRunning }: WaitParts,
  ctx: Pick<ServiceContext, 'signal' | 'timeLeft' | 'checkpoint' | 'log'>,
): Promise<void> {
  for (const rule of rules) {
    const target = rule.file === undefined ? rule : { file: resolve(cwd, rule.file) };
    const began = clock.now();
    let reported = Number.NEGATIVE_INFINITY;
    while (!(await isThere(target, isServiceRunning))) {
      if (ctx.signal.aborted) return;
      if (!Number.isFinite(reported)) ctx.log.info(`Waiting for ${describeTarget(target)}.`);
      if (clock.now() - reported >= CHECKPOINT_MS) {
        reported = clock.now();
        ctx.checkpoint(`waiting for ${describeTarget(target)}`);
      }
      if (ctx.timeLeft < MARGIN_MS) {
        throw new Error(
          `The program was not started: ${describeTarget(target)} was not there within the start timeout. Raise timeouts.start, or check host.waitFor.`,
        );
      }
      await new Promise<void>((done) => {
        clock.setTimeout(done, POLL_MS);
      });
    }
    if (Number.isFinite(reported))
      ctx.log.info(`Waited ${Math.round(clock.now() - began)} ms for ${describeTarget(target)}.`);
  }
}
