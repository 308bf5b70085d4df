import type {
  AdminConfigChanges,
  AdminServiceConfig,
  AdminServiceSpec,
  ServiceConfigPatch,
} from '../api/schemas/config-types.ts';
import type { Operation, OperationRequest } from '../api/schemas/operation.ts';
import type { AdminDiagnosis, AdminEventRecord, AdminLogRecord, AuditRecord } from '../api/schemas/records.ts';
import type { AdminService, AdminServiceList } from '../api/schemas/service.ts';
import type { AdminMachine, AdminWatchdog } from '../api/schemas/system.ts';
import type { ActionOptions, AdminClientOptions, RecordPage, RecordQuery } from './client-options.ts';
import { path, Requests } from './requests.ts';
import { type AdminEvent, readEvents } from './read-stream.ts';

/**
 * Client of the API. Made by {@link createAdminClient}. Every method rejects with {@link AdminError} when the server
 * refuses.
 */
export class AdminClient {
  readonly #requests: Requests;

  /** @internal */
  constructor(options: AdminClientOptions) {
    this.#requests = new Requests(options);
  }

  /** Returns the machine, the versions, and the caller. */
  machine(): Promise<AdminMachine> {
    return this.#requests.get('machine');
  }

  /** Lists services: one page. `next` of the answer is the `cursor` of the next one. */
  services(
    query: {
      state?: 'all' | 'active' | 'inactive';
      name?: string;
      details?: boolean;
      cursor?: string;
      limit?: number;
    } = {},
  ): Promise<AdminServiceList> {
    return this.#requests.get('services', query);
  }

  /** Shows a service and its status. */
  service(name: string, query: { details?: boolean } = {}): Promise<AdminService> {
    return this.#requests.get(path`services/${name}`, query);
  }

  /** Starts a service. */
  start(name: string, options?: ActionOptions): Promise<Operation> {
    return this.operate(name, 'start', options);
  }

  /** Stops a service. */
  stop(name: string, options?: ActionOptions): Promise<Operation> {
    return this.operate(name, 'stop', options);
  }

  /** Stops and starts a service. */
  restart(name: string, options?: ActionOptions): Promise<Operation> {
    return this.operate(name, 'restart', options);
  }

  /** Starts an action on a service. */
  operate(name: string, action: OperationRequest['action'], options: ActionOptions = {}): Promise<Operation> {
    const { idempotencyKey, wait, signal, ...body } = options;
    return this.#requests.send(
      'POST',
      path`services/${name}/operations`,
      { ...body, action },
      {
        query: { wait },
        headers: idempotencyKey === undefined ? {} : { 'Idempotency-Key': idempotencyKey },
        signal,
      },
    );
  }

  /** Lists the operations that run, and those that ended within the last hour. */
  async operations(query: { state?: Operation['state']; service?: string } = {}): Promise<readonly Operation[]> {
    return (await this.#requests.get<{ operations: Operation[] }>('operations', query)).operations;
  }

  /** Shows an operation. @param wait how long to wait for its end, such as `'30s'` */
  operation(id: string, wait?: string | number): Promise<Operation> {
    return this.#requests.get(path`operations/${id}`, { wait });
  }

  /** Cancels the wait for an operation. The service continues with the action. */
  abandon(id: string): Promise<Operation> {
    return this.#requests.send('DELETE', path`operations/${id}`);
  }

  /** Reads the settings of a service, and the `etag` that `changeConfig` needs. */
  async config(name: string): Promise<{ readonly config: AdminServiceConfig; readonly etag: string }> {
    const response = await this.#requests.request('GET', path`services/${name}/config`);
    return { config: (await response.json()) as AdminServiceConfig, etag: response.headers.get('etag') ?? '' };
  }

  /** Changes settings: what isn't named is kept, `null` clears. `plan`: only returns the changes. */
  changeConfig(
    name: string,
    change: ServiceConfigPatch,
    options: { readonly etag: string; readonly plan?: boolean },
  ): Promise<AdminConfigChanges> {
    return this.#requests.send('PATCH', path`services/${name}/config`, change, {
      query: { plan: options.plan },
      headers: { 'If-Match': options.etag, 'Content-Type': 'application/merge-patch+json' },
    });
  }

  /** Installs a service, or makes it what the spec says. The server needs `allowInstall`. */
  ensure(name: string, spec: AdminServiceSpec, options: { readonly plan?: boolean } = {}): Promise<AdminConfigChanges> {
    return this.#requests.send('PUT', path`services/${name}`, spec, { query: options });
  }

  /** Stops a service and uninstalls it. */
  uninstall(name: string, options: { readonly wait?: string | number } = {}): Promise<Operation> {
    return this.#requests.send('DELETE', path`services/${name}`, undefined, { query: options });
  }

  /** Reads the log of a service: the last lines, or those after a cursor. */
  logs(
    name: string,
    query: RecordQuery & { stream?: 'log' | 'stdout' | 'stderr' } = {},
  ): Promise<RecordPage<AdminLogRecord>> {
    return this.#requests.get(path`services/${name}/logs`, { ...query });
  }

  /** Reads the event log of a service. */
  eventLog(name: string, query: RecordQuery = {}): Promise<RecordPage<AdminEventRecord>> {
    return this.#requests.get(path`services/${name}/events`, { ...query });
  }

  /** Returns the reasons why a service doesn't start or keep running. */
  doctor(name: string): Promise<AdminDiagnosis> {
    return this.#requests.get(path`services/${name}/doctor`);
  }

  /** Shows the targets of the watchdog. */
  watchdog(): Promise<AdminWatchdog> {
    return this.#requests.get('watchdog');
  }

  /** Takes no action on a target of the watchdog for a time, such as `'1h'`. */
  async pauseTarget(target: string, time: string | number): Promise<void> {
    await this.#requests.request('POST', path`watchdog/${target}/pause`, { for: time });
  }

  /** Ends the pause of a target of the watchdog. */
  async resumeTarget(target: string): Promise<void> {
    await this.#requests.request('POST', path`watchdog/${target}/resume`);
  }

  /** Reads the audit log, the newest records first. */
  audit(
    query: { service?: string; principal?: string; limit?: number; cursor?: string } = {},
  ): Promise<RecordPage<AuditRecord>> {
    return this.#requests.get('audit', query);
  }

  /**
   * Yields events of states, operations and the watchdog until the signal aborts. Connects again when the connection
   * breaks.
   *
   * @example
   * for await (const { type, data } of client.events({ signal })) console.log(type, data);
   *
   */
  events(
    options: { readonly signal?: AbortSignal; readonly lastEventId?: string } = {},
  ): AsyncGenerator<AdminEvent, void> {
    return readEvents(
      (headers) => this.#requests.request('GET', 'events', undefined, { headers, signal: options.signal }),
      options,
    );
  }
}

/**
 * Makes a client of the API.
 *
 * @throws ServiceError INVALID_OPTIONS
 * @example
 * const client = createAdminClient({ url: 'http://127.0.0.1:9080', token });
 * const operation = await client.restart('Orders', { reason: 'new settings', wait: '1m' });
 */
export function createAdminClient(options: AdminClientOptions): AdminClient {
  return new AdminClient(options);
}
