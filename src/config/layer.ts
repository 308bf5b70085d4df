import type { Path } from './schema.ts';

/** Where a value of the configuration comes from. */
export type ConfigSource =
  | { readonly from: 'defaults' }
  | { readonly from: 'file'; readonly file: string; readonly line: number | undefined; readonly variable?: string }
  | { readonly from: 'environment'; readonly variable: string }
  | { readonly from: 'argument'; readonly argument: string };

/** A source with what only the loader needs to know. */
export interface Origin {
  readonly source: ConfigSource;
  /** It came as text where the schema may want a number, a boolean or a list. */
  readonly text?: boolean;
}

/** One thing that is wrong with a configuration. Values of secrets are in none of its texts. */
export interface ConfigProblem {
  /** `'db.port'`; empty for the whole. */
  readonly path: string;
  readonly message: string;
  readonly source: ConfigSource | undefined;
}

/** Values from one kind of source, and where each comes from. */
export interface Layer {
  readonly value: unknown;
  readonly origins: ReadonlyMap<string, Origin>;
  readonly problems: readonly ConfigProblem[];
}

export const pathKey = (path: Path): string => path.map(String).join('\0');

/** The origin of the value at `path`, or of the nearest one around it. */
export function originOf(origins: ReadonlyMap<string, Origin>, path: Path): Origin | undefined {
  for (let length = path.length; length >= 0; length -= 1) {
    const origin = origins.get(pathKey(path.slice(0, length)));
    if (origin) return origin;
  }
  return undefined;
}

export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** Names that would reach the prototype instead of the configuration. */
export function isUnsafeKey(key: string): boolean {
  return key === '__proto__' || key === 'constructor' || key === 'prototype';
}

/** `app.yaml:4`, `environment variable ORDERS_PORT`, `argument --port` */
export function formatSource(source: ConfigSource): string {
  switch (source.from) {
    case 'defaults':
      return 'defaults';
    case 'environment':
      return `environment variable ${source.variable}`;
    case 'argument':
      return `argument ${source.argument}`;
    case 'file': {
      const at = source.line === undefined ? source.file : `${source.file}:${source.line}`;
      return source.variable ? `${at}, by \${${source.variable}}` : at;
    }
  }
}
