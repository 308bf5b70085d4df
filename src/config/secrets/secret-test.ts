import { isSecretName } from '../../util/secret-names.ts';
import { formatPath, type Path } from '../schema/config-schema.ts';
import { schemaChild, schemaChildren, unwrapSchema } from '../schema/walk-schema.ts';
import { isMarkedSecret } from './secret.ts';

/** Tells secrets from other values. */
export interface SecretTest {
  /** Returns whether the value at the path is a secret, or inside one. */
  isSecret(path: Path): boolean;
  /** Returns whether the value at the path may hold secrets: a text that stands for such an object isn't shown. */
  holdsSecret(path: Path): boolean;
}

/**
 * Takes a value for a secret when the schema marks it or something around it, when `keys` names it (a path such as
 * `'db.login'`, or a pattern for the name), or when its name is one of a secret.
 */
export function createSecretTest(schema: unknown, keys: readonly (string | RegExp)[] = []): SecretTest {
  const known = new Map<string, boolean>();
  const isNamed = (path: Path): boolean => {
    const name = String(path.at(-1) ?? '');
    const full = formatPath(path);
    return (
      isSecretName(name) ||
      keys.some((key) =>
        typeof key === 'string' ? key === full : new RegExp(key.source, key.flags.replace(/[gy]/g, '')).test(name),
      )
    );
  };
  const test = (path: Path): boolean => {
    let types = unwrapSchema(schema);
    for (let length = 0; length <= path.length; length += 1) {
      if (types.some(isMarkedSecret)) return true;
      const key = path[length];
      if (key === undefined) return false;
      if (isNamed(path.slice(0, length + 1))) return true;
      types = types.flatMap((type) => schemaChild(type, key)).flatMap((type) => unwrapSchema(type));
    }
    return false;
  };
  const isSecret = (path: Path): boolean => {
    const key = JSON.stringify(path);
    const answer = known.get(key) ?? test(path);
    if (known.size < 10_000) known.set(key, answer);
    return answer;
  };
  return {
    isSecret,
    holdsSecret: (path) => {
      const prefix = formatPath(path);
      if (keys.some((key) => typeof key === 'string' && (prefix === '' || key.startsWith(prefix)))) return true;
      let types = unwrapSchema(schema);
      for (const key of path)
        types = types.flatMap((type) => schemaChild(type, key)).flatMap((type) => unwrapSchema(type));
      return types.some((type) => hasSecretInside(type, isNamed, path, new Set()));
    },
  };
}

function hasSecretInside(schema: unknown, isNamed: (path: Path) => boolean, path: Path, seen: Set<unknown>): boolean {
  return unwrapSchema(schema).some((type) => {
    if (seen.has(type)) return false;
    seen.add(type);
    if (isMarkedSecret(type)) return true;
    return schemaChildren(type).some(([key, child]) => {
      const inner = key === undefined ? path : [...path, key];
      return (key !== undefined && isNamed(inner)) || hasSecretInside(child, isNamed, inner, seen);
    });
  });
}
