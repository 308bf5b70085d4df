import { inspect } from 'node:util';
import { ServiceError } from './service-error.ts';

/** One thing that is wrong with the options of a call. */
export interface OptionProblem {
  /** Where: `'timeouts.start'`; `'options'` for all of them. */
  readonly path: string;
  readonly message: string;
}

interface SchemaIssue {
  readonly code?: string | undefined;
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly keys?: readonly string[];
}

/** What this needs of a schema of zod's. */
export interface OptionsSchema {
  safeParse(value: unknown): { readonly error?: { readonly issues: readonly unknown[] } | undefined };
}

/**
 * Checks the options of the call `what`: by the schema, and by `cross`, which sees what no single option shows and is
 * asked only where the options are an object.
 *
 * @throws ServiceError INVALID_OPTIONS that names everything that is wrong.
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

/** What a schema finds wrong, in words of ours. */
export function schemaProblems(schema: OptionsSchema, options: unknown): OptionProblem[] {
  const issues = (schema.safeParse(options).error?.issues ?? []) as readonly SchemaIssue[];
  return issues.flatMap((issue): OptionProblem[] => {
    const path = issue.path.map(String).join('.');
    if (issue.code === 'unrecognized_keys') {
      return (issue.keys ?? []).map((key) => ({ path: path ? `${path}.${key}` : key, message: 'is not an option' }));
    }
    const value = valueAt(options, issue.path);
    const got = value === undefined ? 'it is missing' : `got ${inspect(value, { depth: 0, breakLength: Infinity })}`;
    const must = /^(?:Invalid input|Too)/.test(issue.message) ? 'must be an object' : issue.message;
    return [{ path: path || 'options', message: `${must}; ${got}` }];
  });
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => (isObject(value) ? value[key as string] : undefined), root);
}
