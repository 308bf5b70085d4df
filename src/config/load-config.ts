import { checkOptions } from '../errors/check-options.ts';
import { createLoader, type Loaded } from './load.ts';
import { type LoadConfigOptions, loadConfigSchema } from './options.ts';
import { type ConfigOf, type ConfigSchema, formatPath, type Path } from './schema/config-schema.ts';
import { REDACTED } from '../util/secret-names.ts';
import { redact } from './secrets/seal.ts';

const KNOWN = new WeakMap<object, Loaded<unknown>>();

/**
 * Loads a configuration from its layers: defaults, file, server, environment, arguments; each one overrides those before.
 * The result is frozen, has the type of the schema, and prints without its secrets.
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
  const { load } = createLoader(options, { debounceMs: 0, pollMs: undefined });
  return remember(await load()).value;
}

/** Keeps the sources for {@link explainConfig}. */
export function remember<T>(loaded: Loaded<T>): Loaded<T> {
  if (typeof loaded.value === 'object' && loaded.value !== null) KNOWN.set(loaded.value, loaded);
  return loaded;
}

/** One value of a configuration and its source. */
export interface ConfigEntry {
  /** Path such as `'db.port'`. */
  readonly path: string;
  /** The value; `[secret]` for a secret. */
  readonly value: unknown;
  /** Source of the value: `'config.yaml:4'`, `'environment variable ORDERS_PORT'`, `'argument --port'`, `'defaults'`, `'schema'` (a default of the schema's). */
  readonly source: string;
}

/** Lists every value of a loaded configuration with its source, without secrets: for a log at the start. */
export function explainConfig(config: object): ConfigEntry[] {
  const loaded = KNOWN.get(config);
  return loaded ? entriesOf(loaded, loaded.value, []) : [];
}

function entriesOf(loaded: Loaded<unknown>, value: unknown, path: Path): ConfigEntry[] {
  const here = { path: formatPath(path), source: loaded.sourceOf(path) };
  if (loaded.isSecret(path)) return value === undefined ? [] : [{ ...here, value: REDACTED }];
  if (typeof value !== 'object' || value === null || Object.keys(value).length === 0)
    return [{ ...here, value: redact(value, loaded.isSecret, path) }];
  const children: [string | number, unknown][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return children.flatMap(([key, child]) => entriesOf(loaded, child, [...path, key]));
}
