import { inspect } from 'node:util';
import { formatPath, type Path } from './schema.ts';
import { schemaChild, unwrapSchema } from './walk-schema.ts';

const SECRET = new WeakSet();

/** Names that are taken for secrets without being told. */
const LOOKS_SECRET =
  /pass(?:word|phrase|wd)|secret|token|api[-_]?key|private[-_]?key|credential|connection[-_]?string/i;

/** What stands where a secret would. */
export const REDACTED = '[secret]';

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

/** Tells secrets from other values. */
export type SecretTest = (path: Path) => boolean;

/**
 * A value is secret when the schema marks it or something around it, when `keys` names it (a path such as
 * `'db.login'`, or a pattern for the name), or when its name looks like one.
 */
export function secretTest(schema: unknown, keys: readonly (string | RegExp)[] = []): SecretTest {
  const known = new Map<string, boolean>();
  const isNamed = (path: Path): boolean => {
    const name = String(path.at(-1) ?? '');
    const full = formatPath(path);
    return (
      LOOKS_SECRET.test(name) ||
      keys.some((key) =>
        typeof key === 'string' ? key === full : new RegExp(key.source, key.flags.replace(/[gy]/g, '')).test(name),
      )
    );
  };
  const test = (path: Path): boolean => {
    let types = unwrapSchema(schema);
    for (let length = 0; length <= path.length; length += 1) {
      if (types.some((type) => SECRET.has(type as object))) return true;
      const key = path[length];
      if (key === undefined) return false;
      if (isNamed(path.slice(0, length + 1))) return true;
      types = types.flatMap((type) => schemaChild(type, key)).flatMap((type) => unwrapSchema(type));
    }
    return false;
  };
  return (path) => {
    const key = JSON.stringify(path);
    const answer = known.get(key) ?? test(path);
    if (known.size < 10_000) known.set(key, answer);
    return answer;
  };
}

/** A copy with `[secret]` for every secret that is set. */
export function redact(value: unknown, isSecret: SecretTest, path: Path = []): unknown {
  if (value !== undefined && value !== null && isSecret(path)) return REDACTED;
  if (Array.isArray(value)) return value.map((item, index) => redact(item, isSecret, [...path, index]));
  if (!isPlain(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, redact(item, isSecret, [...path, key])]));
}

/**
 * Freezes a configuration, and makes console.log, util.inspect and JSON.stringify show it without its secrets. The
 * values themselves stay as they are.
 */
export function seal(value: unknown, isSecret: SecretTest, path: Path = []): void {
  if (Array.isArray(value)) {
    value.forEach((item, index) => {
      seal(item, isSecret, [...path, index]);
    });
  } else if (isPlain(value)) {
    for (const [key, item] of Object.entries(value)) seal(item, isSecret, [...path, key]);
  } else return;
  if (Object.isFrozen(value)) return;
  const shown = (): unknown => redact(value, isSecret, path);
  if (!('toJSON' in value)) Object.defineProperty(value, 'toJSON', { value: shown });
  Object.defineProperty(value, inspect.custom, {
    value: (_depth: number, options: object) => inspect(shown(), options),
  });
  Object.freeze(value);
}

function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
