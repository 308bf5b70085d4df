import type { Clock } from '../../util/clock.ts';
import type { Path } from '../schema/config-schema.ts';

/** Place that a value of the configuration comes from. */
export type ConfigSource =
  | { readonly from: 'defaults' }
  | { readonly from: 'file'; readonly file: string; readonly line: number | undefined; readonly variable?: string }
  | { readonly from: 'layer'; readonly layer: string; readonly line: number | undefined; readonly variable?: string }
  | { readonly from: 'environment'; readonly variable: string }
  | { readonly from: 'argument'; readonly argument: string };

/** One thing that is wrong with a configuration. Holds no value of a secret. */
export interface ConfigProblem {
  /** Path such as `'db.port'`; empty for the whole configuration. */
  readonly path: string;
  /** Description of the problem, without the path. */
  readonly message: string;
  /** Place that the value comes from; `undefined` when the value is missing everywhere. */
  readonly source: ConfigSource | undefined;
}

/**
 * One source of configuration. The file, the environment and the arguments are such sources; an object of your own is
 * one more, for `server` in the options of `loadConfig` and `watchConfig`.
 *
 * @example
 * const vault: ConfigLayer = { name: 'vault', read: async () => ({ value: await readVault() }) };
 */
export interface ConfigLayer {
  /** Name in messages and in `explainConfig`. */
  readonly name: string;
  /** Reads the source once. A rejection is a problem of the configuration. */
  read(context: ConfigLayerContext): Promise<ConfigReading>;
  /** Calls back when the source may have changed, until the returned function is called. Default: never. */
  watch?(changed: () => void, context: ConfigWatchContext): () => void;
}

/** Circumstances of one {@link ConfigLayer.read}. */
export interface ConfigLayerContext {
  /** Merged value of the weaker layers. */
  readonly below: unknown;
}

/** Circumstances of {@link ConfigLayer.watch}. */
export interface ConfigWatchContext {
  /** Clock of the watcher. */
  readonly clock: Clock;
}

/** Result of one {@link ConfigLayer.read}. */
export interface ConfigReading {
  /** Plain object with the values, or `undefined` for none. */
  readonly value: unknown;
  /** Reasons why the source can't be used. Default: none. */
  readonly problems?: readonly ConfigProblem[];
  /** Reason why the value isn't the newest one, such as a server that doesn't answer. Default: it is the newest. */
  readonly notice?: Error | undefined;
  /** Called after the whole configuration was accepted, for what must be kept only then. */
  accepted?(): Promise<void> | void;
  /** Reads an older value for a configuration that is not accepted with this one; `undefined` when there is none. */
  fallback?(reason: Error): Promise<ConfigReading | undefined>;
}

/** Source of a value, with what only the loader needs. */
export interface Origin {
  readonly source: ConfigSource;
  /** It was text where the schema may want a number, a boolean or a list. */
  readonly text?: boolean;
  /** A secret variable was filled in. */
  readonly secret?: boolean;
}

/** Values of one layer, and where each comes from. */
export interface Layer extends ConfigReading {
  readonly origins: ReadonlyMap<string, Origin>;
  readonly problems: readonly ConfigProblem[];
  /** Texts that are secret although their settings have other names: variables that were filled in. */
  readonly secrets?: readonly string[];
}

/** Key of a path in the maps of origins. */
export const pathKey = (path: Path): string => path.map(String).join('\0');

/** Origin of the value at `path`, or of the nearest one around it. */
export function originOf(origins: ReadonlyMap<string, Origin>, path: Path): Origin | undefined {
  for (let length = path.length; length >= 0; length -= 1) {
    const origin = origins.get(pathKey(path.slice(0, length)));
    if (origin) return origin;
  }
  return undefined;
}

/** Returns whether a value is an object of names and values, and not of a class. */
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
    case 'layer':
    case 'file': {
      const name = source.from === 'file' ? source.file : source.layer;
      const at = source.line === undefined ? name : `${name}:${source.line}`;
      return source.variable ? `${at}, by \${${source.variable}}` : at;
    }
  }
}
