/**
 * Reads a zod 4 schema (classic or mini) by its public `_zod.def`. A schema of another library has no such
 * definition: only the conveniences that need it are missing then.
 *
 * Source: https://zod.dev/library-authors
 */
interface Def {
  readonly type?: string;
  readonly shape?: Readonly<Record<string, unknown>>;
  readonly element?: unknown;
  readonly items?: readonly unknown[];
  readonly valueType?: unknown;
  readonly catchall?: unknown;
  readonly rest?: unknown;
  readonly innerType?: unknown;
  readonly options?: readonly unknown[];
  readonly left?: unknown;
  readonly right?: unknown;
  readonly in?: unknown;
  readonly out?: unknown;
  readonly getter?: () => unknown;
}

interface ZodLike {
  readonly _zod?: { readonly def?: Def; readonly parent?: unknown };
}

/** Types that stand in one place: alternatives of a union, what an optional holds, both ends of a pipe. */
export function unwrapSchema(schema: unknown, seen = new Set<unknown>()): readonly unknown[] {
  if (schema === undefined || schema === null || seen.has(schema)) return [];
  seen.add(schema);
  const { def, parent } = (schema as ZodLike)._zod ?? {};
  const inside = [
    parent,
    def?.innerType,
    def?.left,
    def?.right,
    def?.in,
    def?.out,
    ...(def?.options ?? []),
    ...(def?.getter ? [def.getter()] : []),
  ];
  return [schema, ...inside.flatMap((inner) => unwrapSchema(inner, seen))];
}

/** Schemas of the values that a schema holds, each with its key where that is known. */
export function schemaChildren(
  schema: unknown,
): readonly (readonly [key: string | number | undefined, child: unknown])[] {
  const def = (schema as ZodLike)._zod?.def;
  if (!def) return [];
  const named = Object.entries(def.shape ?? {});
  const others = [def.element, ...(def.items ?? []), def.rest, def.valueType, def.catchall];
  return [
    ...named,
    ...others.filter((child) => child !== undefined && child !== null).map((child) => [undefined, child] as const),
  ];
}

/** Schemas of the value under `key`. */
export function schemaChild(schema: unknown, key: string | number): readonly unknown[] {
  return unwrapSchema(schema).flatMap((type) => {
    const def = (type as ZodLike)._zod?.def;
    if (!def) return [];
    if (def.shape && typeof key === 'string' && Object.hasOwn(def.shape, key)) return [def.shape[key]];
    const own = typeof key === 'number' ? [def.element, def.items?.[key] ?? def.rest] : [];
    return [...own, def.valueType, def.catchall].filter((child) => child !== undefined && child !== null);
  });
}

/** Names that an object schema has. */
export function schemaKeys(schema: unknown): readonly string[] {
  return unwrapSchema(schema).flatMap((type) => Object.keys((type as ZodLike)._zod?.def?.shape ?? {}));
}
