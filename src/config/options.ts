import * as z from 'zod/mini';
import type { Clock } from '../util/clock.ts';
import type { Duration } from '../util/duration.ts';
import { clock, flag, interval, objectWith, oneOf, text } from '../util/option-types.ts';
import type { ConfigLayer } from './layers/layer.ts';
import type { ConfigInput, ConfigSchema } from './schema/config-schema.ts';

/** Sources of a configuration, from the weakest to the strongest: defaults, file, server, environment, arguments. */
export interface LoadConfigOptions<S extends ConfigSchema = ConfigSchema> {
  /** Schema of the configuration: of zod 4, zod/mini, or another Standard Schema. It gives the type too. */
  readonly schema: S;
  /**
   * A `.json`, `.yaml` or `.yml` file. A relative path is taken from the folder of the program, not from the working
   * directory, which for a service is System32. Default: no file.
   */
  readonly file?: string | URL | ConfigFile;
  /** Layers over the file and under the environment, such as a server of settings. Default: none. */
  readonly server?: ConfigLayer | readonly ConfigLayer[];
  /** A prefix (`'ORDERS_'` makes `ORDERS_DB__MAX_POOL` the value of `db.maxPool`), or what to read in detail. Default: nothing. */
  readonly env?: string | ConfigEnvironment;
  /** Arguments such as `ctx.args` or `process.argv.slice(2)`: `--db.port=5432`, `--port 80`, `--verbose`, `--no-verbose`. Default: none. */
  readonly args?: readonly string[];
  /** Values for what no other source sets. Default: none. */
  readonly defaults?: PartialDeep<ConfigInput<S>>;
  /** Service whose secrets `${secret:NAME}` in the file reads. Default: the service that runs in this process. See docs/secrets.md. */
  readonly service?: string;
  /** More secrets than the schema marks: paths (`'db.login'`), or patterns for names. Default: none. */
  readonly secrets?: readonly (string | RegExp)[];
}

/** A configuration file. */
export interface ConfigFile {
  /** Path, or a file: URL. A relative path begins at the folder of the program. */
  readonly path: string | URL;
  /** Accepts a missing file at the start. Default `false`. */
  readonly optional?: boolean;
  /** Default: by the file's extension. */
  readonly format?: 'json' | 'yaml';
}

/** Variables that are read from the environment. */
export interface ConfigEnvironment {
  /** Prefix of the variables: `'ORDERS_'`. Default: none are read by a prefix. */
  readonly prefix?: string;
  /** Variables by name, and the path that each sets: `{ PORT: 'http.port' }`. Default: none. */
  readonly map?: Readonly<Record<string, string>>;
  /** Values of the variables, also for `${…}` in the file. Default `process.env`. */
  readonly values?: Readonly<Record<string, string | undefined>>;
}

/** Options of `watchConfig`: those of `loadConfig`, and how the file is watched. */
export interface WatchConfigOptions<S extends ConfigSchema = ConfigSchema> extends LoadConfigOptions<S> {
  /** Time without a change before the file is read again. Default 200 ms. */
  readonly debounce?: Duration;
  /** Period of reading the file, for file systems that report no changes, such as network shares. Default: never. */
  readonly poll?: Duration;
  /** Source of time, for tests. Default: the real time. */
  readonly clock?: Clock;
}

/** When changes are looked for, in milliseconds. */
export interface WatchTiming {
  readonly debounceMs: number;
  readonly pollMs: number | undefined;
  readonly clock?: Clock | undefined;
}

/** Makes every property optional, at every depth. */
export type PartialDeep<T> = T extends readonly unknown[]
  ? T
  : T extends object
    ? { readonly [K in keyof T]?: PartialDeep<T[K]> | undefined }
    : T;

const object = z.custom((value) => typeof value === 'object' && value !== null, 'must be an object');
const path = z.union([text, z.instanceof(URL)], 'must be a path or a file: URL');
const texts = z.record(z.string(), z.optional(z.string('must be a text')), 'must be an object of texts');

const loadShape = {
  schema: z.custom(
    (value) => ((typeof value === 'object' && value !== null) || typeof value === 'function') && '~standard' in value,
    'must be a schema of zod 4, or another Standard Schema',
  ),
  file: z.optional(
    z.union(
      [path, z.strictObject({ path, optional: z.optional(flag), format: z.optional(oneOf('json', 'yaml')) })],
      'must be a path, a file: URL, or { path, optional, format }',
    ),
  ),
  server: z.optional(
    z.union([objectWith('read'), z.array(objectWith('read'))], 'must be a layer, { name, read }, or a list'),
  ),
  env: z.optional(
    z.union(
      [text, z.strictObject({ prefix: z.optional(text), map: z.optional(texts), values: z.optional(object) })],
      'must be a prefix or { prefix, map, values }',
    ),
  ),
  args: z.optional(z.array(z.string('must be a text'), 'must be a list of texts')),
  defaults: z.optional(object),
  service: z.optional(text),
  secrets: z.optional(z.array(z.union([text, z.instanceof(RegExp)], 'must be a path or a RegExp'), 'must be a list')),
};
export const loadConfigSchema = z.strictObject(loadShape);
export const watchConfigSchema = z.strictObject({
  ...loadShape,
  debounce: z.optional(interval),
  poll: z.optional(interval),
  clock: z.optional(clock),
});
