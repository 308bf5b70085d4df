/**
 * What a configuration is checked with: any schema of the Standard Schema kind, which zod 4 and zod/mini are. The types
 * of the configuration come from it.
 *
 * Source: https://standardschema.dev
 */
export interface ConfigSchema<Input = unknown, Output = Input> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>;
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
  };
}

/** What a schema says of a value. */
export type SchemaResult<Output> =
  { readonly value: Output; readonly issues?: undefined } | { readonly issues: readonly SchemaIssue[] };

/** One thing that a schema finds wrong. */
export interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** What a zod issue says beyond the standard. */
export interface ZodIssue extends SchemaIssue {
  readonly code?: string;
  readonly expected?: string;
  readonly keys?: readonly string[];
  readonly errors?: readonly (readonly ZodIssue[])[];
}

/** What the schema gives: the type of the configuration. */
export type ConfigOf<S extends ConfigSchema> = NonNullable<S['~standard']['types']>['output'];
/** What the schema takes. */
export type ConfigInput<S extends ConfigSchema> = NonNullable<S['~standard']['types']>['input'];

/** Where a value sits. */
export type Path = readonly (string | number)[];

export function issuePath(issue: SchemaIssue): Path {
  return (issue.path ?? []).map((step) => {
    const key = typeof step === 'object' ? step.key : step;
    return typeof key === 'symbol' ? String(key) : key;
  });
}

/** `db.hosts[0].name` */
export function formatPath(path: Path): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`;
    return text ? `${text}.${key}` : key;
  }, '');
}
