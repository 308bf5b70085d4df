import { inspect } from 'node:util';
import { isSecretName, REDACTED, redactUrls } from '../util/secret-names.ts';
import { ServiceError } from './service-error.ts';

/** One problem with the options of a call. */
export interface OptionProblem {
  /** Path of the option, such as `'timeouts.start'`; `'options'` for all of them. */
  readonly path: string;
  readonly message: string;
}

interface SchemaIssue {
  readonly code?: string | undefined;
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly keys?: readonly string[];
  readonly expected?: string | undefined;
  readonly errors?: readonly (readonly SchemaIssue[])[] | undefined;
}

/** The part of a zod schema that this needs. */
export interface OptionsSchema {
  safeParse(value: unknown): { readonly error?: { readonly issues: readonly unknown[] } | undefined };
}

/**
 * Checks the options of the call `what` by the schema, and by `cross`, which compares options with each other and runs
 * only where the options are an object.
 *
 * @throws ServiceError INVALID_OPTIONS, which names every problem
 */
export function checkOptions(
  what: string,
  schema: OptionsSchema,
  options: unknown,
  cross: () => readonly OptionProblem[] = () => [],
): void {
  const problems = [...schemaProblems(schema, options), ...(isObject(options) ? cross() : [])];
  if (problems.length > 0) throwProblems(what, problems);
}

/** Throws the error for options of the call `what`. @throws ServiceError INVALID_OPTIONS */
export function throwProblems(what: string, problems: readonly OptionProblem[]): never {
  const lines = problems.map(({ path, message }) => `  - ${path}: ${message}`);
  const count = problems.length === 1 ? 'an option is wrong' : `${problems.length} options are wrong`;
  throw new ServiceError('INVALID_OPTIONS', `${what}: ${count}:\n${lines.join('\n')}`, { details: { problems } });
}

/** Problems that a schema reports, in the words of the library. */
export function schemaProblems(schema: OptionsSchema, options: unknown): OptionProblem[] {
  const issues = (schema.safeParse(options).error?.issues ?? []) as readonly SchemaIssue[];
  return issues.flatMap((issue): OptionProblem[] => {
    const path = issue.path.map(String).join('.');
    if (issue.code === 'unrecognized_keys') {
      return (issue.keys ?? []).map((key) => ({ path: path ? `${path}.${key}` : key, message: 'is not an option' }));
    }
    const value = valueAt(options, issue.path);
    const isText = typeof value === 'string';
    const isSecret = issue.path.some((key) => isSecretName(String(key))) || (isText && expectsObject(issue));
    const shown = isSecret
      ? REDACTED
      : inspect(isText ? redactUrls(value) : value, { depth: 0, breakLength: Infinity });
    const got = value === undefined ? 'it is missing' : `got ${shown}`;
    const must = /^(?:Invalid input|Too)/.test(issue.message) ? 'must be an object' : issue.message;
    return [{ path: path || 'options', message: `${must}; ${got}` }];
  });
}

/** Returns whether an object or a list was expected: a text in its place may be one of its secrets. */
function expectsObject({ expected = '', errors = [] }: SchemaIssue): boolean {
  if (['object', 'record', 'array', 'map', 'tuple'].includes(expected)) return true;
  return errors.some((branch) => branch.some((issue) => issue.path.length === 0 && expectsObject(issue)));
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => (isObject(value) ? value[key as string] : undefined), root);
}
