import { isDeepStrictEqual } from 'node:util';
import { isPlainObject } from './layers/layer.ts';
import { formatPath, type Path } from './schema/config-schema.ts';

/** The paths at which two configurations differ; a list counts as one value. */
export function changedPaths(before: unknown, after: unknown, path: Path = []): string[] {
  if (isPlainObject(before) && isPlainObject(after)) {
    const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...keys].flatMap((key) => changedPaths(before[key], after[key], [...path, key]));
  }
  return isDeepStrictEqual(before, after) ? [] : [formatPath(path)];
}
