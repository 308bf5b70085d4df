import * as z from 'zod';

/** Names of the schemas that the OpenAPI document lists as components. */
export const components = z.registry<{ readonly id: string; readonly description: string }>();

/** Gives a schema its name and description in the OpenAPI document. */
export function component<T extends z.ZodType>(id: string, description: string, schema: T): T {
  components.add(schema, { id, description });
  return schema;
}

/** A moment, as ISO 8601 in UTC. */
export const moment = z.iso.datetime();
/** A name of a service, as the SCM takes it. */
export const serviceName = z
  .string()
  .min(1, 'must not be empty')
  .max(256, 'must have at most 256 characters')
  .regex(/^[^/\\\p{Cc}]*$/u, 'must not have /, \\ or control characters');
/** An opaque position in a list. */
export const cursor = z
  .string()
  .max(200, 'is too long')
  .regex(/^[\w-]+$/, 'must be a cursor that this API returned');
/** A whole number in a query string. */
export const queryNumber = (min: number, max: number) =>
  z.coerce.number<string>('must be a number').int('must be a whole number').min(min).max(max);
/** A switch in a query string: `?plan`, `?plan=true`, `?plan=1`. */
export const queryFlag = z.enum(['', 'true', 'false', '1', '0']).transform((text) => text !== 'false' && text !== '0');
/** A length of time such as `30s`. */
export const durationText = z
  .union([
    z.string().regex(/^\d+(?:\.\d+)?\s?(?:ms|s|m|h|d)$/, "must be a time such as '500ms', '30s', '5m', '2h', '1d'"),
    z.number().min(0),
  ])
  .describe("Milliseconds, or a text such as '500ms', '30s', '5m', '2h', '1d'.");
