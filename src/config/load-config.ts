import { checkOptions } from '../errors/check-options.ts';
import { load, type Loaded } from './load.ts';
import { type LoadConfigOptions, loadConfigSchema } from './options.ts';
import { fileSpec } from './read-config-file.ts';
import { type ConfigOf, type ConfigSchema, formatPath, type Path } from './schema.ts';
import { REDACTED } from './secrets.ts';

const KNOWN = new WeakMap<object, Loaded<unknown>>();

/**
 * Loads a configuration: defaults, under the file, under the environment, under the arguments. The result is frozen,
 * has the type of the schema, and prints without its secrets.
 *
 * @throws ServiceError CONFIG_INVALID that names every problem with its place; PACKAGE_MISSING for a YAML file without
 * the package yaml; INVALID_OPTIONS
 * @example
 * const config = await loadConfig({
 *   schema: z.object({ port: z.number(), db: z.object({ url: secret(z.string()) }) }),
 *   file: new URL('./config.yaml', import.meta.url),
 *   env: 'ORDERS_',
 *   defaults: { port: 3000 },
 * });
 */
export async function loadConfig<S extends ConfigSchema>(options: LoadConfigOptions<S>): Promise<ConfigOf<S>> {
  checkOptions('loadConfig', loadConfigSchema, options);
  return remember(await load(options, fileSpec(options.file)));
}

/** Keeps what {@link explainConfig} tells. */
export function remember<T>(loaded: Loaded<T>): T {
  if (typeof loaded.value === 'object' && loaded.value !== null) KNOWN.set(loaded.value, loaded);
  return loaded.value;
}

/** One value of a configuration and where it comes from. */
export interface ConfigEntry {
  readonly path: string;
  /** `[secret]` for a secret. */
  readonly value: unknown;
  /** `'config.yaml:4'`, `'environment variable ORDERS_PORT'`, `'argument --port'`, `'defaults'`, `'schema'` (a default of the schema's). */
  readonly source: string;
}

/** Tells of every value of a loaded configuration where it comes from, without secrets: for a log at the start. */
export function explainConfig(config: object): ConfigEntry[] {
  const loaded = KNOWN.get(config);
  return loaded ? entriesOf(loaded, loaded.value, []) : [];
}

function entriesOf(loaded: Loaded<unknown>, value: unknown, path: Path): ConfigEntry[] {
  const here = { path: formatPath(path), source: loaded.sourceOf(path) };
  if (loaded.isSecret(path)) return value === undefined ? [] : [{ ...here, value: REDACTED }];
  if (typeof value !== 'object' || value === null || Object.keys(value).length === 0) return [{ ...here, value }];
  const children: [string | number, unknown][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return children.flatMap(([key, child]) => entriesOf(loaded, child, [...path, key]));
}
