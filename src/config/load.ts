import { ServiceError } from '../errors/service-error.ts';
import { systemClock } from '../util/clock.ts';
import { createRedactor } from '../util/redactor.ts';
import { toError } from '../util/to-error.ts';
import { createFileLayer, fileSpec } from './file/file-layer.ts';
import { argumentSettings } from './layers/args-layer.ts';
import { mappedVariables, prefixedVariables, textLayer } from './layers/env-layer.ts';
import type { ConfigLayer, ConfigProblem, Layer } from './layers/layer.ts';
import { formatSource, originOf } from './layers/layer.ts';
import { mergeLayers } from './layers/merge.ts';
import { readLayer, toLayer } from './layers/read-layer.ts';
import type { LoadConfigOptions, WatchTiming } from './options.ts';
import type { ConfigOf, ConfigSchema, Path } from './schema/config-schema.ts';
import { validateConfig } from './schema/validate.ts';
import { seal, secretsIn } from './secrets/seal.ts';
import { createSecretTest } from './secrets/secret-test.ts';

/** A configuration that was accepted, with the sources of its values. */
export interface Loaded<T> {
  readonly value: T;
  readonly isSecret: (path: Path) => boolean;
  readonly sourceOf: (path: Path) => string;
  /** Reason why the value of a layer isn't the newest one. */
  readonly notice: Error | undefined;
}

/** The layers of one configuration: read as often as wanted, and watched. */
export interface Loader<T> {
  /** @throws ServiceError CONFIG_INVALID, PACKAGE_MISSING */
  load(): Promise<Loaded<T>>;
  watch(changed: () => void): () => void;
}

const DEFAULTS = { source: { from: 'defaults' } } as const;

/** Opens the layers of a configuration, in the order from the weakest to the strongest. */
export function createLoader<S extends ConfigSchema>(
  options: LoadConfigOptions<S>,
  { debounceMs, pollMs, clock = systemClock }: WatchTiming,
): Loader<ConfigOf<S>> {
  const { schema, defaults, server = [], env = {}, args = [], secrets } = options;
  const { prefix, map, values: variables = process.env } = typeof env === 'string' ? { prefix: env } : env;
  const file = fileSpec(options.file);
  const { isSecret: isSecretPath, holdsSecret } = createSecretTest(schema, secrets);
  const textual = (name: string, settings: (below: unknown) => Layer): ConfigLayer => ({
    name,
    read: ({ below }) => Promise.resolve(settings(below)),
  });
  const layers: readonly ConfigLayer[] = [
    ...(defaults
      ? [
          {
            name: 'defaults',
            read: () => Promise.resolve({ value: defaults, origins: new Map([['', DEFAULTS]]), problems: [] }),
          },
        ]
      : []),
    ...(file ? [createFileLayer(file, variables, { debounceMs, pollMs }, options.service)] : []),
    ...(Array.isArray(server) ? (server as readonly ConfigLayer[]) : [server as ConfigLayer]),
    ...(prefix === undefined
      ? []
      : [textual('environment', (below) => textLayer(prefixedVariables(prefix, variables, schema, below)))]),
    ...(map ? [textual('environment', () => textLayer(mappedVariables(map, variables)))] : []),
    textual('arguments', (below) => textLayer(argumentSettings(args, schema, below))),
  ];

  /** @param replaced readings to use instead of new ones, by their layer */
  async function attempt(replaced: ReadonlyMap<ConfigLayer, Layer>): Promise<Loaded<ConfigOf<S>>> {
    const read: Layer[] = [];
    for (const layer of layers) {
      read.push(replaced.get(layer) ?? (await readLayer(layer, mergeLayers(read).value)));
    }
    const merged = mergeLayers(read);
    const isSecret = (path: Path): boolean => isSecretPath(path) || (originOf(merged.origins, path)?.secret ?? false);
    const redact = createRedactor([...(merged.secrets ?? []), ...secretsIn(merged.value, isSecret)]);
    const checked =
      // A broken layer leaves holes: the issues of the schema there would only hide the cause.
      merged.problems.length > 0
        ? { problems: merged.problems }
        : await validateConfig<ConfigOf<S>>(schema, merged, { isSecret, holdsSecret });
    if ('problems' in checked) {
      const error = invalid(checked.problems, file?.path, redact);
      const older = replaced.size > 0 ? undefined : await fallbacks(read, error);
      if (older) return attempt(older);
      throw error;
    }
    seal(checked.value, isSecret);
    for (const reading of read) await reading.accepted?.();
    return {
      value: checked.value,
      isSecret,
      sourceOf: (path) => {
        const origin = originOf(merged.origins, path);
        return origin ? formatSource(origin.source) : 'schema';
      },
      notice: read.find(({ notice }) => notice)?.notice,
    };
  }
  /** Older readings for the layers that have one. */
  async function fallbacks(read: readonly Layer[], error: Error): Promise<Map<ConfigLayer, Layer> | undefined> {
    const older = new Map<ConfigLayer, Layer>();
    for (const [index, layer] of layers.entries()) {
      const reading = read[index];
      const before = await reading?.fallback?.(error);
      if (before) older.set(layer, toLayer(layer, before));
      else if (reading) older.set(layer, reading);
    }
    return read.some(({ fallback }) => fallback) ? older : undefined;
  }

  return {
    async load() {
      try {
        return await attempt(new Map());
      } catch (thrown) {
        if (thrown instanceof ServiceError) throw thrown;
        // Its message may hold anything: a schema's own code threw, or the values can't be copied.
        const name = toError(thrown).name;
        const message = `checking it threw a ${name}; the message is not shown, because it may hold a secret`;
        throw invalid([{ path: '', message, source: undefined }], file?.path, (text) => text);
      }
    },
    watch(changed) {
      const closes = layers.flatMap((layer) => layer.watch?.(changed, { clock }) ?? []);
      return () => {
        for (const close of closes) close();
      };
    },
  };
}

const MAX_SHOWN = 100;
const STRAY_NAMES = new Set(['is not a name that the configuration has', 'is there twice']);

function invalid(
  problems: readonly ConfigProblem[],
  file: string | undefined,
  redact: (text: string) => string,
): ServiceError {
  const shown = problems.map((problem) => ({
    ...problem,
    // A name that is no setting's may be a value in the wrong place.
    path: STRAY_NAMES.has(problem.message) ? redact(problem.path) : problem.path,
    message: redact(problem.message),
  }));
  const lines = shown.slice(0, MAX_SHOWN).map(({ path, message, source }) => {
    const where = source ? ` (${formatSource(source)})` : '';
    return `  - ${path ? `${path}: ` : ''}${message}${where}`;
  });
  if (shown.length > MAX_SHOWN) lines.push(`  - and ${shown.length - MAX_SHOWN} more`);
  const count = problems.length === 1 ? 'there is a problem' : `there are ${problems.length} problems`;
  const what =
    file === undefined ? 'The configuration cannot be used' : `The configuration cannot be used (file ${file})`;
  return new ServiceError('CONFIG_INVALID', `${what}: ${count}:\n${lines.join('\n')}`, {
    details: { problems: shown, file },
  });
}
