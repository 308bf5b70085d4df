import { interpolate } from './interpolate.ts';
import {
  type ConfigProblem,
  type ConfigSource,
  isPlainObject,
  isUnsafeKey,
  type Layer,
  type Origin,
  pathKey,
} from './layer.ts';
import type { ParsedFile } from './parse-json.ts';
import { formatPath, type Path } from './schema.ts';

/** A parsed file with its `${…}` filled in. Pure: `name` is only what problems call the file. */
export function fileLayer(
  name: string,
  parsed: ParsedFile,
  variables: Readonly<Record<string, string | undefined>>,
): Layer {
  const lines = new Map<string, number>();
  for (const [path, line] of parsed.lines) if (!lines.has(pathKey(path))) lines.set(pathKey(path), line);
  const origins = new Map<string, Origin>();
  for (const [key, line] of lines) origins.set(key, { source: { from: 'file', file: name, line } });
  if (!origins.has('')) origins.set('', { source: { from: 'file', file: name, line: undefined } });

  const problems: ConfigProblem[] = parsed.problems.map(({ line, path, message }) => ({
    path: formatPath(path),
    message,
    source: { from: 'file', file: name, line },
  }));
  const complain = (path: Path, message: string): void => {
    const source: ConfigSource = { from: 'file', file: name, line: lines.get(pathKey(path)) };
    problems.push({ path: formatPath(path), message, source });
  };

  function fill(value: unknown, path: Path): unknown {
    if (typeof value === 'string') return fillText(value, path);
    if (Array.isArray(value)) return value.map((item, index) => fill(item, [...path, index]));
    if (!isPlainObject(value)) return value;
    const result: Record<string, unknown> = {};
    for (const [key, item] of Object.entries(value)) {
      if (isUnsafeKey(key)) complain([...path, key], 'is not a name that a value can have');
      else result[key] = fill(item, [...path, key]);
    }
    return result;
  }
  function fillText(text: string, path: Path): string {
    const filled = interpolate(text, variables);
    if (filled.broken)
      complain(path, 'has a ${ that is not ${NAME} or ${NAME:-default}; write $${ for the two characters');
    for (const variable of filled.missing) {
      complain(
        path,
        `needs the environment variable ${variable}, which is not set; \${${variable}:-…} gives a default`,
      );
    }
    const [variable] = filled.variables;
    if (variable !== undefined) {
      const line = lines.get(pathKey(path));
      origins.set(pathKey(path), { source: { from: 'file', file: name, line, variable }, text: true });
    }
    return filled.text;
  }

  const value = fill(parsed.value, []);
  if (parsed.problems.length === 0 && !isPlainObject(value)) complain([], 'must have names and values at its top');
  return { value: isPlainObject(value) ? value : undefined, origins, problems };
}
