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
export type { Clock } from '../util/clock.ts';
export type { Duration } from '../util/duration.ts';
export { ServiceError } from '../errors/service-error.ts';
