import type { Win32Symbol } from '../../errors/win32-codes.ts';
import type { ConfigChange } from '../../scm/service-config.ts';
import { configRefusal, levelRefusal, nameRefusal } from './config-rules.ts';
import { changedConfig, newConfig, type ServiceRecord, toStoredChange } from './service-record.ts';
import type { ActiveRefusals } from './windows-refusals.ts';

/** Database of the mock SCM, by the rules of CreateServiceW, ChangeServiceConfigW and DeleteService. */
export class ServiceDatabase {
  readonly #records = new Map<string, ServiceRecord>();
  readonly #listeners = new Set<(name: string) => void>();
  readonly #isLive: (name: string) => boolean;
  readonly #refusals: ActiveRefusals;

  /** @param isLive returns whether a service has a process: its name is not free before the end of that. */
  constructor(isLive: (name: string) => boolean, refusals: ActiveRefusals) {
    this.#isLive = isLive;
    this.#refusals = refusals;
  }

  get records(): ServiceRecord[] {
    return [...this.#records.values()];
  }

  find(name: string): ServiceRecord | undefined {
    return this.#records.get(name.toLowerCase());
  }

  /** Adds a service, or returns why not. */
  create(name: string, change: ConfigChange): Win32Symbol | undefined {
    const config = changedConfig(newConfig(name), toStoredChange(change, this.#refusals));
    const { records } = this;
    const refusal =
      nameRefusal(name, records) ??
      configRefusal(name, config, { displayName: name, ...change }, records, this.#refusals);
    if (!refusal) this.#records.set(name.toLowerCase(), { name, config, marked: false, holds: 0, version: 0 });
    return refusal;
  }

  /** Adds a service that was started without being installed. */
  adopt(displayName: string, name: string): void {
    const imagePath = `"C:\\services\\${name}.exe"`;
    // Two services of a test may share a display name until one is installed.
    if (this.create(name, { imagePath, displayName })) this.create(name, { imagePath });
  }

  /** Changes settings, or returns why not. */
  change(record: ServiceRecord, change: ConfigChange): Win32Symbol | undefined {
    if (record.marked) return 'ERROR_SERVICE_MARKED_FOR_DELETE';
    const config = changedConfig(record.config, toStoredChange(change, this.#refusals));
    const refusal =
      levelRefusal(record.config, change, this.#refusals) ??
      configRefusal(record.name, config, change, this.records, this.#refusals);
    if (!refusal) record.config = config;
    return refusal;
  }

  /** Marks a service for deletion; it is removed as soon as no handle and no process keeps it. */
  delete(record: ServiceRecord): Win32Symbol | undefined {
    if (record.marked) return 'ERROR_SERVICE_MARKED_FOR_DELETE';
    record.marked = true;
    this.changed(record.name);
    return undefined;
  }

  /** Opens a handle, which delays a deletion. Returns a function that closes it. */
  hold(record: ServiceRecord): () => void {
    let held = true;
    record.holds += 1;
    return () => {
      if (!held) return;
      held = false;
      record.holds -= 1;
      this.changed(record.name);
    };
  }

  /** Reports a change of the service or its process. */
  changed(name: string): void {
    const record = this.find(name);
    if (!record) return;
    record.version += 1;
    if (record.marked && record.holds === 0 && !this.#isLive(record.name)) this.#records.delete(name.toLowerCase());
    for (const listener of [...this.#listeners]) listener(record.name);
  }

  /** Calls `fn` after each change of any service. Returns a function that ends it. */
  onChange(fn: (name: string) => void): () => void {
    this.#listeners.add(fn);
    return () => this.#listeners.delete(fn);
  }

  /** Resolves when the condition is true; checked after each change. */
  async until(isTrue: () => boolean): Promise<void> {
    while (!isTrue()) {
      await new Promise<void>((resolve) => {
        const end = this.onChange(() => {
          end();
          resolve();
        });
      });
    }
  }
}
