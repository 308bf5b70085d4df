import { toJSONSchema } from 'zod/v4/core';
import { serviceSpecSchema } from './spec-schema.ts';

/** Converts the schema of a spec to JSON Schema. What JSON Schema can't say, such as the form of a duration, is left open. */
export function toSpecJsonSchema(): Record<string, unknown> {
  const { $schema: _, ...schema } = toJSONSchema(serviceSpecSchema, {
    target: 'draft-2020-12',
    io: 'input',
    unrepresentable: 'any',
  });
  return schema;
}
