const SECRET = new WeakSet();

/**
 * Marks a value of the configuration as a secret: it is in no message, and printing the configuration shows
 * `[secret]` in its place. Put it around the finished schema.
 *
 * @example
 * z.object({ smtp: z.object({ user: z.string(), login: secret(z.string().min(8)) }) })
 */
export function secret<S extends object>(schema: S): S {
  const { clone } = schema as { clone?: (this: S) => S };
  const own = clone ? clone.call(schema) : schema;
  SECRET.add(own);
  return own;
}

/** Returns whether {@link secret} marked the schema. */
export function isMarkedSecret(schema: unknown): boolean {
  return SECRET.has(schema as object);
}
