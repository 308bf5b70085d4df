import * as z from 'zod/mini';
import { checkOptions } from '../errors/check-options.ts';
import { toMs } from '../util/duration.ts';
import { flag, interval, oneOf, text, wholeNumber } from '../util/option-types.ts';
import type { CheckOptions, Probe, Thresholds } from './check.ts';
import type { ThresholdLimits } from './run/step.ts';

export const thresholdsSchema = z.strictObject({
  failures: z.optional(wholeNumber(1)),
  window: z.optional(z.strictObject({ failures: wholeNumber(1), of: interval })),
  successes: z.optional(wholeNumber(1)),
  confirm: z.optional(wholeNumber(0)),
  confirmEvery: z.optional(interval),
});

/** The options that every check has, to be spread into the schema of one. */
export const commonShape = {
  name: z.optional(text),
  interval: z.optional(interval),
  timeout: z.optional(interval),
  thresholds: z.optional(thresholdsSchema),
  dependsOn: z.optional(z.array(text, 'must be a list of names')),
  critical: z.optional(flag),
  probes: z.optional(z.array(oneOf('live', 'ready', 'startup'), 'must be a list')),
};

/** Checks the options of a check. @throws ServiceError INVALID_OPTIONS */
export function checkCheck(what: string, shape: Record<string, z.ZodMiniType>, options: unknown): void {
  checkOptions(what, z.strictObject({ ...commonShape, ...shape }), options);
}

/** The options that every check has, with the defaults filled in. */
export interface CheckSettings {
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly limits: ThresholdLimits;
  readonly dependsOn: readonly string[];
  readonly critical: boolean;
  readonly probes: readonly Probe[];
}

export function checkSettings(options: CheckOptions, thresholds: Thresholds = {}): CheckSettings {
  const { failures, window, successes, confirm, confirmEvery } = { ...thresholds, ...options.thresholds };
  return {
    intervalMs: toMs(options.interval ?? '10s'),
    timeoutMs: toMs(options.timeout ?? '5s'),
    limits: {
      failures: failures ?? 3,
      window: window && { failures: window.failures, ofMs: toMs(window.of) },
      successes: successes ?? 2,
      confirm: confirm ?? 0,
      confirmEveryMs: toMs(confirmEvery ?? 250),
    },
    dependsOn: options.dependsOn ?? [],
    critical: options.critical ?? true,
    probes: options.probes ?? ['ready', 'startup'],
  };
}
