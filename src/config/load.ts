import { ServiceError } from '../errors/service-error.ts';
import { argumentSettings } from './args-layer.ts';
import { mappedVariables, prefixedVariables, textLayer } from './env-layer.ts';
import { type ConfigProblem, formatSource, type Layer, originOf } from './layer.ts';
import { constantLayer, mergeLayers } from './merge.ts';
import type { ConfigEnvironment, LoadConfigOptions } from './options.ts';
import { type FileSpec, readConfigFile } from './read-config-file.ts';
import type { ConfigOf, ConfigSchema, Path } from './schema.ts';
import { seal, type SecretTest, secretTest } from './secrets.ts';
import { validateConfig } from './validate.ts';

/** A configuration with what is known of it. */
export interface Loaded<T> {
  readonly value: T;
  readonly isSecret: SecretTest;
  readonly sourceOf: (path: Path) => string;
}

/** Reads all sources once. @throws ServiceError CONFIG_INVALID, PACKAGE_MISSING */
export async function load<S extends ConfigSchema>(
  options: LoadConfigOptions<S>,
  file: FileSpec | undefined,
): Promise<Loaded<ConfigOf<S>>> {
  const environment: ConfigEnvironment =
    typeof options.env === 'string' ? { prefix: options.env } : (options.env ?? {});
  const variables = environment.values ?? process.env;
  const layers: Layer[] = [];
  if (options.defaults) layers.push(constantLayer(options.defaults, { source: { from: 'defaults' } }));
  if (file) layers.push(await readConfigFile(file, variables));

  const { prefix, map } = environment;
  const belowEnv = mergeLayers(layers).value;
  if (prefix !== undefined) {
    layers.push(textLayer(prefixedVariables(prefix, variables, options.schema, belowEnv)));
  }
  if (map) layers.push(textLayer(mappedVariables(map, variables)));
  layers.push(textLayer(argumentSettings(options.args ?? [], options.schema, mergeLayers(layers).value)));

  const merged = mergeLayers(layers);
  const isSecret = secretTest(options.schema, options.secrets);
  // A broken file leaves holes: what the schema says of those would only bury the cause.
  if (merged.problems.length > 0) throw invalid(merged.problems, file);
  const checked = await validateConfig<ConfigOf<S>>(options.schema, merged, isSecret);
  if ('problems' in checked) throw invalid(checked.problems, file);
  seal(checked.value, isSecret);
  const sourceOf = (path: Path): string => {
    const origin = originOf(merged.origins, path);
    return origin ? formatSource(origin.source) : 'schema';
  };
  return { value: checked.value, isSecret, sourceOf };
}

function invalid(problems: readonly ConfigProblem[], file: FileSpec | undefined): ServiceError {
  const lines = problems.map(({ path, message, source }) => {
    const where = source ? ` (${formatSource(source)})` : '';
    return `  - ${path ? `${path}: ` : ''}${message}${where}`;
  });
  const count = problems.length === 1 ? 'there is a problem' : `there are ${problems.length} problems`;
  const what = file ? `The configuration cannot be used (file ${file.path})` : 'The configuration cannot be used';
  return new ServiceError('CONFIG_INVALID', `${what}: ${count}:\n${lines.join('\n')}`, {
    details: { problems, file: file?.path },
  });
}
