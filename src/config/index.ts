import type { HttpLayerOptions } from './http/http-layer-options.ts';
import { lazyHttpLayer } from './http/lazy-http-layer.ts';
import type { ConfigLayer } from './layers/layer.ts';

export { explainConfig, loadConfig, type ConfigEntry } from './load-config.ts';
export { watchConfig, type ConfigEvents, type ConfigWatcher, type ReloadResult } from './watch-config.ts';
export { duration, type DurationSchema } from './schema/duration-schema.ts';
export { secret } from './secrets/secret.ts';
export type { ConfigEnvironment, ConfigFile, LoadConfigOptions, PartialDeep, WatchConfigOptions } from './options.ts';
export type {
  ConfigLayer,
  ConfigLayerContext,
  ConfigProblem,
  ConfigReading,
  ConfigSource,
  ConfigWatchContext,
} from './layers/layer.ts';
export type { ConfigInput, ConfigOf, ConfigSchema, SchemaIssue, SchemaResult } from './schema/config-schema.ts';
export type { HttpAnswer, HttpLayerOptions, HttpLongPoll, HttpQuery } from './http/http-layer-options.ts';
export type { Clock } from '../util/clock.ts';
export type { Duration } from '../util/duration.ts';
export { ServiceError, type ServiceErrorOptions } from '../errors/service-error.ts';
export type { ErrorCode } from '../errors/error-codes.ts';

/**
 * Layer of a configuration that a server gives by HTTP, for `server` in the options of `loadConfig` and `watchConfig`.
 * The last accepted answer stays in force, with a notice, while the server is away or answers something that can't be
 * used; with `cacheFile` also over a restart. Requests are conditional (ETag); after failures their distance doubles up
 * to 5 min, with jitter. An answer is JSON or YAML with the bounds of a file; `${…}` in it is text like any other.
 *
 * @throws ServiceError INVALID_OPTIONS
 * @example
 * const config = await watchConfig({
 *   schema,
 *   file: 'config.json',
 *   server: httpLayer({ url: 'https://config.example.com/orders.json', cacheFile: 'C:\\ProgramData\\Orders\\config\\server.json' }),
 * });
 */
export function httpLayer(options: HttpLayerOptions): ConfigLayer {
  return lazyHttpLayer(options, makePrivate);
}

async function makePrivate(path: string): Promise<void> {
  if (process.platform !== 'win32') {
    const { makePosixFolder } = await import('./http/private-folder.ts');
    return makePosixFolder(path);
  }
  const [{ openFfi }, { makePrivateFolder }] = await Promise.all([
    import('../win32/ffi/open-ffi.ts'),
    import('../win32/folders/private-folder.ts'),
  ]);
  makePrivateFolder(path, openFfi);
}
