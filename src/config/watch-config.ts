import { EventEmitter } from 'eventemitter3';
import { checkOptions } from '../errors/check-options.ts';
import { ServiceError } from '../errors/service-error.ts';
import { systemClock } from '../util/clock.ts';
import { toMs } from '../util/duration.ts';
import { toError } from '../util/to-error.ts';
import { changedPaths } from './changed-paths.ts';
import { load } from './load.ts';
import { remember } from './load-config.ts';
import { type WatchConfigOptions, watchConfigSchema } from './options.ts';
import { type FileSpec, fileSpec } from './read-config-file.ts';
import type { ConfigOf, ConfigSchema } from './schema.ts';
import { watchFile } from './watch-file.ts';

/** What became of a reload. A bad configuration is an answer, not an exception: the old one stays in force. */
export type ReloadResult =
  | {
      readonly ok: true;
      /** The paths whose values changed; empty when none did. */
      readonly changed: readonly string[];
    }
  | { readonly ok: false; readonly error: Error };

/** What a {@link ConfigWatcher} tells of. */
export interface ConfigEvents<T> {
  /** Values changed. Not emitted where a reload brought the same values. */
  change: (value: T, changed: readonly string[], before: T) => void;
  /** A reload failed, and the old configuration stays. */
  problem: (error: Error) => void;
}

/** A configuration that follows its file. */
export class ConfigWatcher<T> extends EventEmitter<ConfigEvents<T>> {
  #value: T;
  #problem: Error | undefined;
  #running: Promise<ReloadResult> | undefined;
  #next: Promise<ReloadResult> | undefined;
  #closed = false;
  readonly #read: () => Promise<T>;
  readonly #unwatch: () => void;

  /** @internal */
  constructor(value: T, read: () => Promise<T>, watch: (changed: () => void) => () => void) {
    super();
    this.#value = value;
    this.#read = read;
    this.#unwatch = watch(() => void this.reload());
  }

  /** The configuration in force. */
  get value(): T {
    return this.#value;
  }

  /** Why the last reload failed; `undefined` when it didn't. */
  get problem(): Error | undefined {
    return this.#problem;
  }

  /**
   * Reads everything again. Never rejects, so that it can be a handler of its own: `on: { paramChange: () =>
   * config.reload() }`, `commands: { reload: { code: 200, run: () => config.reload() } }`. Reloads asked for while one
   * is under way share the one after it.
   */
  reload(): Promise<ReloadResult> {
    if (this.#closed) {
      const error = new ServiceError('CLOSED', 'The configuration is not watched any more: it cannot be reloaded.');
      return Promise.resolve({ ok: false, error });
    }
    if (!this.#running) return this.#start();
    this.#next ??= this.#running.then(() => {
      this.#next = undefined;
      return this.#running ?? this.#start();
    });
    return this.#next;
  }

  #start(): Promise<ReloadResult> {
    const running = this.#reload().finally(() => {
      if (this.#running === running) this.#running = undefined;
    });
    this.#running = running;
    return running;
  }

  async #reload(): Promise<ReloadResult> {
    let value: T;
    try {
      value = await this.#read();
    } catch (thrown) {
      const error = toError(thrown);
      this.#problem = error;
      if (!this.#closed) this.emit('problem', error);
      return { ok: false, error };
    }
    this.#problem = undefined;
    const before = this.#value;
    const changed = changedPaths(before, value);
    if (changed.length > 0 && !this.#closed) {
      this.#value = value;
      this.emit('change', value, changed, before);
    }
    return { ok: true, changed };
  }

  /** Stops watching. The value stays. */
  close(): void {
    this.#closed = true;
    this.#unwatch();
    this.removeAllListeners();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
    await this.#running;
  }
}

/**
 * Loads a configuration as `loadConfig` does, and loads it again when its file changes.
 *
 * @throws ServiceError CONFIG_INVALID, PACKAGE_MISSING, INVALID_OPTIONS, when the first load fails
 * @example
 * const config = await watchConfig({ schema, file: new URL('./config.yaml', import.meta.url) });
 * config.on('change', (value, changed) => ctx.log.info('configuration changed', { changed }));
 * config.on('problem', (error) => ctx.log.warn(error.message));
 */
export async function watchConfig<S extends ConfigSchema>(
  options: WatchConfigOptions<S>,
): Promise<ConfigWatcher<ConfigOf<S>>> {
  checkOptions('watchConfig', watchConfigSchema, options);
  const { debounce, poll, clock = systemClock } = options;
  const file = fileSpec(options.file);
  const read = async (): Promise<ConfigOf<S>> => remember(await load(options, file));
  return new ConfigWatcher(await read(), read, (changed) => watched(file, changed));

  function watched(spec: FileSpec | undefined, changed: () => void): () => void {
    if (!spec) return () => undefined;
    const pollMs = poll === undefined ? undefined : toMs(poll);
    return watchFile(spec.path, changed, { debounceMs: toMs(debounce ?? 200), pollMs, clock });
  }
}
