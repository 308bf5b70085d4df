import { EventEmitter } from 'eventemitter3';
import { checkOptions } from '../errors/check-options.ts';
import { ServiceError } from '../errors/service-error.ts';
import { toMs } from '../util/duration.ts';
import { toError } from '../util/to-error.ts';
import { changedPaths } from './changed-paths.ts';
import { createLoader, type Loaded } from './load.ts';
import { remember } from './load-config.ts';
import { type WatchConfigOptions, watchConfigSchema } from './options.ts';
import type { ConfigOf, ConfigSchema } from './schema/config-schema.ts';

/** Result of a reload. A bad configuration is a result, not an exception: the old one stays in force. */
export type ReloadResult =
  | {
      readonly ok: true;
      /** Paths whose values changed; empty when none did. */
      readonly changed: readonly string[];
    }
  | {
      readonly ok: false;
      /** Reason why the old configuration stays, such as a ServiceError CONFIG_INVALID. */
      readonly error: Error;
    };

/** Events of a {@link ConfigWatcher}. */
export interface ConfigEvents<T> {
  /** Values changed. Not emitted where a reload brought the same values. */
  change: (value: T, changed: readonly string[], before: T) => void;
  /** A reload failed and the old configuration stays, or a server doesn't answer and its last good answer counts. */
  problem: (error: Error) => void;
}

/** A configuration that follows its file and its server. */
export class ConfigWatcher<T> extends EventEmitter<ConfigEvents<T>> {
  #value: T;
  #problem: Error | undefined;
  #running: Promise<ReloadResult> | undefined;
  #next: Promise<ReloadResult> | undefined;
  #closed = false;
  readonly #read: () => Promise<Loaded<T>>;
  readonly #unwatch: () => void;

  /** @internal */
  constructor(first: Loaded<T>, read: () => Promise<Loaded<T>>, watch: (changed: () => void) => () => void) {
    super();
    this.#value = first.value;
    this.#problem = first.notice;
    this.#read = read;
    this.#unwatch = watch(() => void this.reload());
  }

  /** The configuration in force. */
  get value(): T {
    return this.#value;
  }

  /** Reason why the newest configuration is not in force; `undefined` when it is. */
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
    let loaded: Loaded<T>;
    try {
      loaded = await this.#read();
    } catch (thrown) {
      const error = toError(thrown);
      this.#failed(error);
      return { ok: false, error };
    }
    const { value, notice } = loaded;
    const before = this.#value;
    const changed = changedPaths(before, value);
    // The same outage is reported once.
    if (notice === undefined) this.#problem = undefined;
    else if (notice.message !== this.#problem?.message) this.#failed(notice);
    if (changed.length > 0 && !this.#closed) {
      this.#value = value;
      this.#emit('change', value, changed, before);
    }
    return { ok: true, changed };
  }

  #failed(error: Error): void {
    this.#problem = error;
    if (!this.#closed) this.#emit('problem', error);
  }

  /** A listener that throws would be an unhandled rejection here, which ends the service. */
  #emit(...[event, ...values]: ['change', T, readonly string[], T] | ['problem', Error]): void {
    try {
      if (event === 'change') this.emit('change', ...(values as [T, readonly string[], T]));
      else this.emit('problem', values[0] as Error);
    } catch (thrown) {
      process.emitWarning(toError(thrown));
    }
  }

  /** Stops watching. The value stays. */
  close(): void {
    this.#closed = true;
    this.#unwatch();
    this.removeAllListeners();
  }
  /** Same as `close`, for `await using`; waits for a reload under way. */

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
    await this.#running;
  }
}

/**
 * Loads a configuration as `loadConfig` does, and loads it again when its file or its server changes.
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
  const { debounce = 200, poll, clock } = options;
  const timing = { debounceMs: toMs(debounce), pollMs: poll === undefined ? undefined : toMs(poll), clock };
  const { load, watch } = createLoader(options, timing);
  const read = async (): Promise<Loaded<ConfigOf<S>>> => remember(await load());
  return new ConfigWatcher(await read(), read, watch);
}
