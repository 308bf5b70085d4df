import { isPlainObject, isUnsafeKey, type Layer, type Origin, pathKey } from './layer.ts';
import type { Path } from '../schema/config-schema.ts';

/** Lays layers over each other, the last one on top: objects are merged, everything else is replaced as a whole. */
export function mergeLayers(layers: readonly Layer[]): Layer {
  const origins = new Map<string, Origin>();
  let value: unknown = {};
  for (const layer of layers) {
    if (layer.value === undefined) continue;
    value = lay(value, layer.value, [], layer.origins, origins);
  }
  return {
    value,
    origins,
    problems: layers.flatMap((layer) => layer.problems),
    secrets: layers.flatMap((layer) => layer.secrets ?? []),
  };
}

function lay(
  under: unknown,
  over: unknown,
  path: Path,
  from: ReadonlyMap<string, Origin>,
  origins: Map<string, Origin>,
): unknown {
  const key = pathKey(path);
  const origin = from.get(key);
  if (isPlainObject(under) && isPlainObject(over)) {
    if (origin && (path.length === 0 || !origins.has(key))) origins.set(key, origin);
    const merged = { ...under };
    for (const [name, value] of Object.entries(over)) {
      if (value === undefined || isUnsafeKey(name)) continue;
      merged[name] = lay(Object.hasOwn(under, name) ? under[name] : undefined, value, [...path, name], from, origins);
    }
    return merged;
  }
  // The values below and their origins are replaced.
  const prefix = `${key}\0`;
  for (const other of origins.keys()) if (other === key || other.startsWith(prefix)) origins.delete(other);
  for (const [other, its] of from) if (other === key || other.startsWith(prefix)) origins.set(other, its);
  return isPlainObject(over) ? lay({}, over, path, from, origins) : over;
}
