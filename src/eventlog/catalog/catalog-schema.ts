import * as z from 'zod/mini';
import { oneOf, text, wholeNumber } from '../../util/option-types.ts';

const localText = z.union([text, z.record(z.string(), text)], 'must be a text, or one for each language');

/** Options of `defineEvents`. */
export const catalogSchema = z.strictObject({
  events: z.record(
    z.string(),
    z.strictObject({
      id: wholeNumber(0, 65_535),
      severity: oneOf('success', 'info', 'warn', 'error', 'auditSuccess', 'auditFailure'),
      message: localText,
      params: z.optional(
        z.array(
          z
            .string('must be a text')
            .check(
              z.regex(
                /^[^:]+(:(string|number|bigint|boolean|date))?$/,
                "must be a name, or a name and a type such as 'port:number'",
              ),
            ),
        ),
      ),
      category: z.optional(text),
    }),
  ),
  categories: z.record(z.string(), localText),
});
