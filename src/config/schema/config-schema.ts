import { redactName } from '../../util/secret-names.ts';

/**
 * Schema of a configuration: any schema of the Standard Schema kind, which zod 4 and zod/mini are. The types of the
 * configuration come from it.
 *
 * Source: https://standardschema.dev
 */
export interface ConfigSchema<Input = unknown, Output = Input> {
  /** Properties of Standard Schema: https://standardschema.dev */
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>;
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
  };
}

/** Result of a check: the value, or its issues. */
export type SchemaResult<Output> =
  { readonly value: Output; readonly issues?: undefined } | { readonly issues: readonly SchemaIssue[] };

/** One thing that a schema finds wrong. */
export interface SchemaIssue {
  /** Description of the problem. */
  readonly message: string;
  /** Path of the value; empty or missing for the whole. */
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** Issue of zod, with more than the standard has. */
export interface ZodIssue extends SchemaIssue {
  readonly code?: string;
  readonly expected?: string;
  readonly keys?: readonly string[];
  readonly errors?: readonly (readonly ZodIssue[])[];
}

/** Type of the configuration: the output of the schema. */
export type ConfigOf<S extends ConfigSchema> = NonNullable<S['~standard']['types']>['output'];
/** Input type of the schema. */
export type ConfigInput<S extends ConfigSchema> = NonNullable<S['~standard']['types']>['input'];

/** Keys and indexes that lead to a value. */
export type Path = readonly (string | number)[];

export function issuePath(issue: SchemaIssue): Path {
  return (issue.path ?? []).map((step) => {
    const key = typeof step === 'object' ? step.key : step;
    return typeof key === 'symbol' ? String(key) : key;
  });
}

/** Control characters, and characters that change the direction of text: a message is printed on terminals. */
const UNPRINTABLE = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

/** Formats the path of a problem, without names that may hold a secret. */
export function problemPath(path: Path): string {
  return formatPath(
    path.map((key) => (typeof key === 'string' ? redactName(key).replace(UNPRINTABLE, '\ufffd') : key)),
  );
}

/** Formats a path: `db.hosts[0].name`. */
export function formatPath(path: Path): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`;
    return text ? `${text}.${key}` : key;
  }, '');
}
