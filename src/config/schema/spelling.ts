import { isPlainObject } from '../layers/layer.ts';
import type { Path } from './config-schema.ts';
import { schemaChild, schemaKeys } from './walk-schema.ts';

/**
 * Finds how names written as `DB`, `MAX_SIZE` or `max-size` are spelled in the configuration: as the schema has it,
 * or as a source below has it, or in camel case.
 */
export function spellPath(segments: readonly string[], schema: unknown, below: unknown): Path {
  let types: readonly unknown[] = [schema];
  let value = below;
  return segments.map((segment) => {
    const known = [...types.flatMap(schemaKeys), ...(isPlainObject(value) ? Object.keys(value) : [])];
    const name = known.find((key) => plain(key) === plain(segment)) ?? camelCase(segment);
    types = types.flatMap((type) => schemaChild(type, name));
    value = isPlainObject(value) ? value[name] : undefined;
    return name;
  });
}

const plain = (name: string): string => name.replace(/[-_]/g, '').toLowerCase();

function camelCase(name: string): string {
  const words = name.split(/[-_]+/).filter(Boolean);
  const [first = '', ...rest] = /[a-z]/.test(name) ? words : words.map((word) => word.toLowerCase());
  return first + rest.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}
