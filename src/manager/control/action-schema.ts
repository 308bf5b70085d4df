import * as z from 'zod/mini';
import { stopReasonSchema } from '../../scm/stop-reason.ts';
import { abortSignal, duration, fn, flag, noNulText, wholeNumber } from '../../util/option-types.ts';

const wait = {
  timeout: z.optional(duration),
  signal: z.optional(abortSignal),
  onProgress: z.optional(fn),
};
const names = z.array(noNulText, 'must be a list of names');
const start = {
  ...wait,
  args: z.optional(z.array(noNulText, 'must be a list of texts')),
  dependents: z.optional(names),
};
const stop = {
  ...wait,
  dependents: z.optional(flag),
  reason: z.optional(stopReasonSchema),
  processEnd: z.optional(flag),
};

/** Options of `waitFor`, `pause` and `resume`. */
export const waitSchema = z.strictObject(wait);
/** Options of `start`. */
export const startSchema = z.strictObject(start);
/** Options of `stop`. */
export const stopSchema = z.strictObject(stop);
/** Options of `uninstall`. */
export const uninstallSchema = z.strictObject({
  ...stop,
  missingOk: z.optional(flag),
  keepEventSource: z.optional(flag),
});
/** Options of `restart`. */
export const restartSchema = z.strictObject({
  ...stop,
  ...start,
  dependents: z.optional(z.union([flag, names], 'must be true, false or a list of names')),
});
/** Number of a user-defined control. */
export const codeSchema = z.strictObject({ code: wholeNumber(128, 255) });
