import { inspect } from 'node:util';
import { type ConfigProblem, type Layer, originOf } from '../layers/layer.ts';
import type { SecretTest } from '../secrets/secret-test.ts';
import { redactUrls } from '../../util/secret-names.ts';
import {
  type ConfigSchema,
  problemPath,
  issuePath,
  type Path,
  type SchemaIssue,
  type ZodIssue,
} from './config-schema.ts';
import { textAs } from './text-as.ts';

/** The value, or the problems that it has. */
export type Validated<T> = { readonly value: T } | { readonly problems: readonly ConfigProblem[] };

/**
 * Checks merged values. Where the schema wants a number, a boolean, a list or an object and got a text from the
 * environment, an argument or a `${…}`, the text is converted and the value is checked again.
 */
export async function validateConfig<T>(
  schema: ConfigSchema<unknown, T>,
  merged: Layer,
  secrets: SecretTest,
): Promise<Validated<T>> {
  const value = structuredClone(merged.value);
  for (;;) {
    const result = await schema['~standard'].validate(value);
    if (!result.issues) return { value: result.value };
    const converted = result.issues.filter((issue) => convert(value, issue, merged));
    if (converted.length === 0) {
      return { problems: result.issues.flatMap((issue) => toProblems(issue, value, merged, secrets)) };
    }
  }
}

/** Reads a text at the place of the issue as the type that the schema expects there. @returns whether it was replaced */
function convert(root: unknown, issue: SchemaIssue, merged: Layer): boolean {
  const path = issuePath(issue);
  const last = path.at(-1);
  const holder = valueAt(root, path.slice(0, -1));
  if (last === undefined || typeof holder !== 'object' || holder === null) return false;
  const text: unknown = (holder as Record<string | number, unknown>)[last];
  if (typeof text !== 'string' || !originOf(merged.origins, path)?.text) return false;
  for (const expected of expectedTypes(issue)) {
    const value = textAs(text, expected);
    if (value === undefined) continue;
    (holder as Record<string | number, unknown>)[last] = value;
    return true;
  }
  return false;
}

function expectedTypes(issue: ZodIssue): string[] {
  if (issue.code === 'invalid_type' && issue.expected) return [issue.expected];
  if (issue.code !== 'invalid_union') return [];
  return (issue.errors ?? []).flatMap((branch) =>
    branch.flatMap((inner) => (inner.path?.length ? [] : expectedTypes(inner))),
  );
}

function toProblems(issue: ZodIssue, root: unknown, merged: Layer, secrets: SecretTest): ConfigProblem[] {
  const path = issuePath(issue);
  if (issue.code === 'unrecognized_keys') {
    return (issue.keys ?? []).map((key) => ({
      path: problemPath([...path, key]),
      message: 'is not a name that the configuration has',
      source: originOf(merged.origins, [...path, key])?.source,
    }));
  }
  const value = valueAt(root, path);
  const source = originOf(merged.origins, path)?.source;
  if (secrets.isSecret(path)) {
    // A check of the user's own may have put the value, or a part of it, into its message.
    const tells = issue.code === 'custom' || issue.code === undefined || typeof value === 'object';
    const reason = tells ? 'is wrong; the reason is not shown, because this is a secret' : issue.message;
    return [{ path: problemPath(path), message: value === undefined ? 'is missing' : reason, source }];
  }
  // A text where an object belongs may be all of its secrets.
  const shown = (typeof value !== 'object' || value === null) && !secrets.holdsSecret(path);
  const got = shown ? `; got ${short(inspect(typeof value === 'string' ? redactUrls(value) : value))}` : '';
  const message = value === undefined ? `is missing (${issue.message})` : `${issue.message}${got}`;
  return [{ path: problemPath(path), message, source }];
}

const short = (text: string): string => (text.length > 200 ? `${text.slice(0, 200)}…` : text);

function valueAt(root: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, key)
        ? (value as Record<string | number, unknown>)[key]
        : undefined,
    root,
  );
}
