import type { ParsedText } from '../../util/structured-text/parsed-text.ts';
import { isSecretName } from '../../util/secret-names.ts';
import { problemPath, type Path } from '../schema/config-schema.ts';
import { NO_SECRETS, type ServiceSecrets } from '../secrets/service-secrets.ts';
import { interpolate, MAX_NESTING } from './interpolate.ts';
import {
  type ConfigProblem,
  type ConfigSource,
  isPlainObject,
  isUnsafeKey,
  type Layer,
  type Origin,
  pathKey,
} from './layer.ts';

type Variables = Readonly<Record<string, string | undefined>>;
type TextSource = Extract<ConfigSource, { from: 'file' | 'layer' }>;

/**
 * Makes a layer of a parsed text and fills in its `${…}`. Pure: `source` only names the text in problems.
 *
 * @param environment `undefined`: `${…}` is text like any other
 */
export function textToLayer(
  source: TextSource,
  parsed: ParsedText,
  environment: Variables | undefined,
  serviceSecrets: ServiceSecrets = NO_SECRETS,
): Layer {
  // Not a copy: process.env of Windows finds names in any case.
  const variables = environment && (Object.assign(Object.create(environment), serviceSecrets.values) as Variables);
  const lines = new Map<string, number>();
  for (const [path, { line }] of parsed.positions) if (!lines.has(pathKey(path))) lines.set(pathKey(path), line);
  const origins = new Map<string, Origin>();
  for (const [key, line] of lines) origins.set(key, { source: { ...source, line } });
  if (!origins.has('')) origins.set('', { source });

  const secrets: string[] = [];
  const problems: ConfigProblem[] = parsed.problems.map(({ line, column, path, message }) => ({
    path: problemPath(path),
    message: path.length === 0 ? `${message}, in line ${line}, column ${column}` : message,
    source: { ...source, line },
  }));
  const complain = (path: Path, message: string): void => {
    problems.push({ path: problemPath(path), message, source: { ...source, line: lines.get(pathKey(path)) } });
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
    if (!variables) return text;
    const filled = interpolate(text, variables);
    if (filled.tooMuch) complain(path, `has too many \${…}, or nests them deeper than ${MAX_NESTING} levels`);
    if (filled.broken)
      complain(path, 'has a ${ that is not ${NAME} or ${NAME:-default}; write $${ for the two characters');
    for (const variable of filled.variables) {
      const failure = serviceSecrets.failed.get(variable);
      if (failure !== undefined) complain(path, failure);
    }
    for (const variable of filled.missing) {
      if (serviceSecrets.failed.has(variable)) continue;
      const reason = serviceSecrets.missing.get(variable);
      complain(
        path,
        reason ?? `needs the environment variable ${variable}, which is not set; \${${variable}:-…} gives a default`,
      );
    }
    const [variable] = filled.variables;
    if (variable === undefined) return filled.text;
    const secret = filled.variables.filter(isSecretName).flatMap((name) => variables[name] ?? []);
    secrets.push(...secret);
    const line = lines.get(pathKey(path));
    origins.set(pathKey(path), { source: { ...source, line, variable }, text: true, secret: secret.length > 0 });
    return filled.text;
  }

  const value = fill(parsed.value, []);
  if (parsed.problems.length === 0 && !isPlainObject(value)) complain([], 'must have names and values at its top');
  return { value: isPlainObject(value) ? value : undefined, origins, problems, secrets };
}
