import { checkOptions } from '../../errors/check-options.ts';
import { fn, text } from '../../util/option-types.ts';
import { type Check, type CheckContext, type CheckOptions, type CheckResult, fail, pass } from '../check.ts';
import { commonShape } from '../check-options.ts';
import * as z from 'zod/mini';

/** `undefined` or `true` is a pass, `false` a failure; so is what is thrown, with its message. */
export type CheckFunction = (context: CheckContext) => CheckAnswer | Promise<CheckAnswer>;
/** Values that a {@link CheckFunction} may return. */
export type CheckAnswer = CheckResult | boolean | undefined;

const schema = z.strictObject({ ...commonShape, name: text, fn });

/**
 * A check of your own. It should end when `signal` aborts; one that doesn't has failed, and is not called again until it
 * has ended.
 *
 * @throws ServiceError INVALID_OPTIONS
 * @example
 * customCheck('queue', async ({ signal }) => (await queue.depth({ signal })) < 1000, { interval: '30s' })
 */
export function customCheck(name: string, run: CheckFunction, options: CheckOptions = {}): Check {
  checkOptions('customCheck', schema, { ...options, name, fn: run });
  return {
    name,
    kind: 'custom',
    options,
    async run(context) {
      const answer = await run(context);
      if (answer === undefined || answer === true) return pass();
      return answer === false ? fail('the check said no') : answer;
    },
  };
}
