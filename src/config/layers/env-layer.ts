import { type ConfigProblem, isPlainObject, isUnsafeKey, type Layer, type Origin, pathKey } from './layer.ts';
import type { Path } from '../schema/config-schema.ts';
import { formatPath } from '../schema/config-schema.ts';
import { spellPath } from '../schema/spelling.ts';

/** A text for one place. */
export interface TextSetting {
  readonly path: Path;
  readonly text: string | boolean;
  readonly origin: Origin;
}

type Variables = Readonly<Record<string, string | undefined>>;

/** Reads `PREFIX_DB__HOST` as `db.host`; names as the schema, or what is below, spells them. */
export function prefixedVariables(
  prefix: string,
  variables: Variables,
  schema: unknown,
  below: unknown,
): TextSetting[] {
  return Object.entries(variables)
    .filter(([name]) => name.toUpperCase().startsWith(prefix.toUpperCase()) && name.length > prefix.length)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]))
    .map(([name, value]) => {
      const path = spellPath(name.slice(prefix.length).split('__'), schema, below);
      return { path, text: value, origin: { source: { from: 'environment', variable: name }, text: true } };
    });
}

/** Reads the variables that `map` names: `{ PORT: 'port' }`. */
export function mappedVariables(map: Readonly<Record<string, string>>, variables: Variables): TextSetting[] {
  return Object.entries(map).flatMap(([variable, path]): TextSetting[] => {
    const value = variables[variable];
    if (value === undefined) return [];
    return [{ path: path.split('.'), text: value, origin: { source: { from: 'environment', variable }, text: true } }];
  });
}

/** A layer of single settings. Two that contradict each other's shape (`a` and `a.b`) are a problem. */
export function textLayer(settings: readonly TextSetting[]): Layer {
  const value: Record<string, unknown> = {};
  const origins = new Map<string, Origin>();
  const problems: ConfigProblem[] = [];
  for (const { path, text, origin } of settings) {
    const problem = put(value, path, text);
    if (problem) problems.push({ path: formatPath(path), message: problem, source: origin.source });
    else origins.set(pathKey(path), origin);
  }
  return { value: settings.length > 0 ? value : undefined, origins, problems };
}

function put(root: Record<string, unknown>, path: Path, text: string | boolean): string | undefined {
  const keys = path.map(String);
  if (keys.some((key) => key === '' || isUnsafeKey(key))) return 'is not a name that a value can have';
  const last = keys.pop() as string;
  let holder = root;
  for (const key of keys) {
    holder[key] ??= {};
    const next = holder[key];
    if (!isPlainObject(next)) return 'cannot be set: what it belongs to is set as one value too';
    holder = next;
  }
  if (isPlainObject(holder[last])) return 'cannot be set as one value: something inside it is set too';
  holder[last] = text;
  return undefined;
}
