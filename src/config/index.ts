export { explainConfig, loadConfig, type ConfigEntry } from './load-config.ts';
export { watchConfig, type ConfigEvents, type ConfigWatcher, type ReloadResult } from './watch-config.ts';
export { duration, type DurationSchema } from './duration-schema.ts';
export { secret } from './secrets.ts';
export type { ConfigEnvironment, ConfigFile, LoadConfigOptions, PartialDeep, WatchConfigOptions } from './options.ts';
export type { ConfigProblem, ConfigSource } from './layer.ts';
export type { ConfigInput, ConfigOf, ConfigSchema, SchemaIssue, SchemaResult } from './schema.ts';
export type { Duration } from '../util/duration.ts';
export { ServiceError } from '../errors/service-error.ts';
