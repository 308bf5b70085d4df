import { checkOptions, isObject } from '../errors/check-options.ts';
import { ServiceError } from '../errors/service-error.ts';
import type { ScmClient } from '../scm/scm-client.ts';
import type { MachineParts } from '../scm/machine-parts.ts';
import { namedFolders } from '../scm/service-folders.ts';
import type { Service } from '../service/service.ts';
import type { Clock } from '../util/clock.ts';
import type { ListedService, ServiceConfig } from '../scm/service-config.ts';
import { configureService, type EnsureResult } from './settings/configure-service.ts';
import { sourceOption } from './settings/event-source.ts';
import { hasCode } from './has-code.ts';
import { ServiceClient } from './service-client.ts';
import type { ServiceSpec } from '../scm/service-spec.ts';
import { nameSchema } from './spec/spec-schema.ts';

/** Options of {@link ServiceManager.list} and {@link ServiceManager.listConfigs}. */
export interface ListOptions {
  /** `'active'`: all that aren't stopped; `'inactive'`; `'all'` (default). */
  readonly state?: 'active' | 'inactive' | 'all';
  /** `'win32'` (default): services; `'driver'`; `'all'`. */
  readonly type?: 'win32' | 'driver' | 'all';
  /** Text that the name or display name contains, without regard to case, or an expression that one of them matches. */
  readonly name?: RegExp | string;
  /** Name of a load order group. */
  readonly group?: string;
}

/** Argument of `install` and `ensure`: a spec, or a service that `defineService` made, with its `install` block. */
export type Installable = ServiceSpec | AnyService;
/** Service that `defineService` made, with or without commands. */
export type AnyService = Service<never> | Service<string>;

/**
 * The Service Control Manager of a machine. Made by `openServiceManager`; close it when done.
 *
 * After `close`, each method throws ServiceError CLOSED.
 */
export class ServiceManager implements AsyncDisposable {
  readonly #client: ScmClient;
  readonly #clock: Clock;
  readonly #parts: MachineParts;
  readonly #onDefinition: ((service: Service<string>) => void) | undefined;
  #closed = false;

  /**
   * @internal
   * @param parts event sources and folders of the machine, where there is access to them
   * @param onDefinition called with each definition: the mock runs its service
   */
  constructor(
    client: ScmClient,
    clock: Clock,
    parts: MachineParts = {},
    onDefinition?: (service: Service<string>) => void,
  ) {
    this.#client = client;
    this.#clock = clock;
    this.#parts = parts;
    this.#onDefinition = onDefinition;
  }

  /** Name of the machine; `undefined`: this one. */
  get machine(): string | undefined {
    return this.#client.machine;
  }

  /** `true`: the system records the reason of a stop (ControlServiceEx). Where it doesn't, `stop` leaves it out. */
  get supportsStopReason(): boolean {
    return this.#client.supportsStopReason;
  }

  /**
   * Returns a service by its name; it need not exist. With a definition, `command` takes the names of its commands.
   *
   * @throws ServiceError INVALID_OPTIONS for a name that Windows doesn't allow
   */
  service(service: string | AnyService): ServiceClient {
    this.#check();
    const name = typeof service === 'string' ? service : service.name;
    checkOptions('service', nameSchema, { name });
    return new ServiceClient(
      this.#client,
      this.#clock,
      name,
      typeof service === 'string' ? {} : (service as Service<string>).commands,
      this.#parts,
    );
  }

  /**
   * Installs a service that doesn't exist yet, with safe defaults. When a setting fails, the service is removed again.
   *
   * @throws Win32Error 1073 when it exists: use `ensure`; 5 without administrator rights. ServiceError INVALID_OPTIONS
   *   before anything is done.
   */
  async install(service: Installable): Promise<EnsureResult> {
    this.#check();
    return this.#configure('install', service, false);
  }

  /**
   * Makes a service what the spec says: installs it, changes the settings that differ, or does nothing. Settings that
   * the spec doesn't name are kept.
   *
   * @param options.plan `true`: returns the changes without making them. Default `false`.
   * @throws Win32Error 5, …; ServiceError INVALID_OPTIONS before anything is done.
   */
  async ensure(service: Installable, options: { readonly plan?: boolean } = {}): Promise<EnsureResult> {
    this.#check();
    return this.#configure('ensure', service, options.plan ?? false);
  }

  /**
   * Lists services, with their status.
   *
   * @throws Win32Error 5: over the network, SC_MANAGER_ENUMERATE_SERVICE is for administrators only
   */
  async list(options: ListOptions = {}): Promise<readonly ListedService[]> {
    this.#check();
    const { state = 'all', type = 'win32', group, name } = options;
    const all = await this.#client.list({ state, type, ...(group === undefined ? {} : { group }) });
    return name === undefined ? all : all.filter((service) => matches(service, name));
  }

  /**
   * Yields services with their configuration, one by one. Leaves out those that vanish or that the caller may not read.
   */
  async *listConfigs(
    options: ListOptions = {},
  ): AsyncGenerator<ListedService & { readonly config: ServiceConfig }, void, undefined> {
    for (const service of await this.list(options)) {
      const reading = await this.#client.readConfig(service.name).catch((error: unknown) => {
        if (hasCode(error, 'ERROR_SERVICE_DOES_NOT_EXIST', 'ERROR_SERVICE_MARKED_FOR_DELETE', 'ERROR_ACCESS_DENIED'))
          return undefined;
        throw error;
      });
      if (reading) yield { ...service, config: reading.config };
    }
  }

  /** Finds the name of the service that has this display name. @throws Win32Error 1060 */
  async nameOf(displayName: string): Promise<string> {
    this.#check();
    return this.#client.nameOf(displayName);
  }

  /** Closes every handle. Calling it again does nothing. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#client.close();
  }

  /** The same as `close`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #configure(mode: 'install' | 'ensure', service: Installable, plan: boolean): Promise<EnsureResult> {
    const spec = this.#toSpec(service);
    // The check of the options refuses a spec that isn't an object.
    const { name } = isObject(spec) ? spec : { name: '' };
    return configureService(this.#client, this.#parts, { mode, name, spec, plan });
  }

  /** A definition's `install` block is a spec. */
  #toSpec(service: Installable): ServiceSpec {
    // The check of the options refuses a value that isn't an object.
    if (!isDefinition(service)) return service;
    this.#onDefinition?.(service);
    const { name, displayName, description, install, eventLog } = service.definition;
    const folders = namedFolders(service.definition);
    return {
      eventSource: sourceOption(eventLog),
      ...(folders.length > 0 && { folders }),
      ...install,
      name,
      displayName,
      ...(description === undefined ? {} : { description }),
    };
  }

  #check(): void {
    if (this.#closed) throw new ServiceError('CLOSED', 'This service manager is closed. Open another one.');
  }
}

function isDefinition(service: Installable): service is AnyService {
  return isObject(service) && 'definition' in service;
}

function matches({ name, displayName }: ListedService, filter: RegExp | string): boolean {
  // Not `test`: with the flag g it continues where it ended.
  if (typeof filter !== 'string') return name.search(filter) >= 0 || displayName.search(filter) >= 0;
  const wanted = filter.toLowerCase();
  return name.toLowerCase().includes(wanted) || displayName.toLowerCase().includes(wanted);
}
