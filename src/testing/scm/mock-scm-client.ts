import { ServiceError } from '../../errors/service-error.ts';
import type {
  ConfigChange,
  ConfigReading,
  ControlReport,
  ListedService,
  ServiceReport,
} from '../../scm/service-config.ts';
import type {
  ClientControl,
  ListFilter,
  ProcessWatch,
  ScmClient,
  StatusSubscription,
  StopReasonInfo,
} from '../../scm/scm-client.ts';
import type { Clock } from '../../util/clock.ts';
import { accessFor, applyChange, isForEverybody, eventOf, isListed, reportOf, withoutLevels } from './client-rules.ts';
import type { Faults } from './faults.ts';
import { nextChange } from './next-change.ts';
import { turn } from '../time/manual-clock.ts';
import { type Call, caller } from './mock-calls.ts';
import { mockSid } from './mock-accounts.ts';
import { subscribeOnMock } from './mock-status-subscription.ts';
import type { MockServiceRun } from '../host/mock-run.ts';
import type { ProcessTable } from './process-table.ts';
import type { ActiveRefusals } from './windows-refusals.ts';
import type { ServiceDatabase } from './service-database.ts';
import { dependentsOf, type ServiceRecord } from './service-record.ts';

/** Parts of the mock SCM that the client uses. */
export interface MockScmCore {
  readonly clock: Clock;
  readonly faults: Faults;
  readonly database: ServiceDatabase;
  /** `true`: the user is an administrator. */
  readonly elevated: boolean;
  /** Name of the machine, for a client on another one; `undefined`: the client runs on it. */
  readonly machine: string | undefined;
  readonly refusals: ActiveRefusals;
  readonly processes: ProcessTable;
  /** Returns the newest process of a service. */
  runOf(name: string): MockServiceRun | undefined;
  /** Starts a service as StartServiceW: resolves when the process has connected. */
  start(name: string, args: readonly string[]): Promise<void>;
}

/** Client of the mock SCM. Each answer comes in a later tick, and each call asks for the same access as the real one. */
export class MockScmClient implements ScmClient {
  readonly machine: string | undefined;
  readonly supportsNotify = true;
  readonly supportsStopReason = true;
  readonly #core: MockScmCore;
  /** Last version of each service that this client has seen: it doesn't wait when a newer one exists. */
  readonly #seen = new Map<string, number>();
  #closed = false;

  constructor(core: MockScmCore) {
    this.#core = core;
    this.machine = core.machine;
  }

  async create(name: string, config: ConfigChange & { readonly imagePath: string }): Promise<void> {
    const call = await this.#manager('CREATE_SERVICE', `install service "${name}"`, name);
    call('CreateServiceW', () => this.#core.database.create(name, withoutLevels(config)));
  }

  async delete(name: string): Promise<void> {
    const { record, call } = await this.#open(name, ['DELETE'], `delete service "${name}"`);
    call('DeleteService', () => this.#core.database.delete(record));
  }

  async start(name: string, args: readonly string[]): Promise<void> {
    const { record } = await this.#open(name, ['START'], `start service "${name}"`);
    await this.#core.start(record.name, args);
  }

  async control(name: string, control: ClientControl, reason?: StopReasonInfo): Promise<ControlReport> {
    const verb =
      typeof control === 'number' ? `send control ${control} to` : control === 'continue' ? 'resume' : control;
    const { record, call } = await this.#open(name, [accessFor(control)], `${verb} service "${name}"`);
    if (reason) call('ControlServiceExW');
    const run = this.#core.runOf(record.name);
    if (!run) throw call.error('ControlService', 'ERROR_SERVICE_NOT_ACTIVE');
    const { pid: _, ...report } = reportOf(record, await run.control(eventOf(control)), 0);
    return report;
  }

  async status(name: string): Promise<ServiceReport> {
    const { record, call } = await this.#open(name, ['QUERY_STATUS'], `query the status of service "${name}"`);
    call('QueryServiceStatusEx');
    this.#seen.set(record.name, record.version);
    return this.#report(record);
  }

  release(): void {
    // The client holds no handles; `scm.hold` does.
  }

  async subscribe(name: string): Promise<StatusSubscription> {
    const refused = this.#core.faults.take('NotifyServiceStatusChangeW');
    const feed = await subscribeOnMock(this.#core, name, () =>
      this.#report(this.#core.database.find(name) as ServiceRecord),
    );
    if (refused) feed.close();
    return feed;
  }

  async readConfig(name: string): Promise<ConfigReading> {
    const { record, call } = await this.#open(
      name,
      ['QUERY_CONFIG', 'READ_CONTROL'],
      `read the configuration of service "${name}"`,
    );
    call('QueryServiceConfigW');
    call('QueryServiceConfig2W');
    call('QueryServiceObjectSecurity');
    if (this.#isRegistryClosed()) {
      const { environment: _environment, host: _host, ...config } = structuredClone(record.config);
      return { config, unsupported: ['environment', 'host'] };
    }
    call('RegQueryValueExW');
    return { config: structuredClone(record.config), unsupported: [] };
  }

  async change(name: string, change: ConfigChange): Promise<void> {
    const restarts = change.recovery?.actions.some(({ type }) => type === 'restart');
    const access = [
      'CHANGE_CONFIG',
      ...(restarts ? ['START'] : []),
      ...(change.securityDescriptor === undefined ? [] : ['WRITE_DAC']),
    ];
    const { record, call } = await this.#open(name, access, `configure service "${name}"`);
    if ((change.environment ?? change.host) && this.#isRegistryClosed())
      throw call.error('RegConnectRegistryW', 'ERROR_BAD_NETPATH');
    applyChange(this.#core.database, record, change, call);
    this.#core.database.changed(record.name);
  }

  async list(filter: ListFilter): Promise<readonly ListedService[]> {
    const call = await this.#manager('ENUMERATE_SERVICE', 'list the services');
    call('EnumServicesStatusExW');
    return this.#listed(this.#core.database.records).filter((service) =>
      isListed(service, this.#core.database.find(service.name)?.config.loadOrderGroup ?? '', filter),
    );
  }

  async dependents(name: string, activeOnly: boolean): Promise<readonly ListedService[]> {
    const { record, call } = await this.#open(
      name,
      ['ENUMERATE_DEPENDENTS'],
      `list the dependents of service "${name}"`,
    );
    call('EnumDependentServicesW');
    const all = this.#listed(dependentsOf(this.#core.database.records, record));
    return activeOnly ? all.filter(({ state }) => state !== 'stopped') : all;
  }

  async displayNameOf(name: string): Promise<string> {
    const call = await this.#manager('CONNECT', `find the display name of service "${name}"`, name);
    const record = this.#core.database.find(name);
    call('GetServiceDisplayNameW', () => (record ? undefined : 'ERROR_SERVICE_DOES_NOT_EXIST'));
    return record?.config.displayName ?? '';
  }

  async nameOf(displayName: string): Promise<string> {
    const call = await this.#manager('CONNECT', `find the service with the display name "${displayName}"`, displayName);
    const wanted = displayName.toLowerCase();
    const record = this.#core.database.records.find(({ config }) => config.displayName.toLowerCase() === wanted);
    call('GetServiceKeyNameW', () => (record ? undefined : 'ERROR_SERVICE_DOES_NOT_EXIST'));
    return record?.name ?? '';
  }

  processEnd(pid: number): ProcessWatch {
    const run = this.machine === undefined ? this.#core.processes.run(pid) : undefined;
    const denied = run !== undefined && !this.#core.elevated && this.#core.refusals.has('processOfAnotherAccount');
    return { ended: () => run?.process.gone ?? true, denied, close: () => undefined };
  }

  nextChange(name: string, ms: number, signal: AbortSignal | undefined): Promise<void> {
    const record = this.#core.database.find(name);
    return nextChange(this.#core, name, record && this.#seen.get(record.name), ms, signal);
  }

  async grantServiceLogon(account: string): Promise<void> {
    await turn();
    const action = `grant "log on as a service" to ${account}`;
    const call = caller(this.#core.faults, { action });
    call('LsaOpenPolicy', () => (this.#core.elevated ? undefined : 'ERROR_ACCESS_DENIED'));
    call('LsaAddAccountRights');
  }

  async accountSid(account: string): Promise<string | undefined> {
    await turn();
    return mockSid(account);
  }

  close(): Promise<void> {
    this.#closed = true;
    return Promise.resolve();
  }

  #isRegistryClosed(): boolean {
    return this.machine !== undefined && this.#core.refusals.has('remoteRegistry');
  }

  #report(record: ServiceRecord): ServiceReport {
    const run = this.#core.runOf(record.name);
    return reportOf(record, run?.status, run && run.state !== 'stopped' ? this.#core.processes.pid(run) : 0);
  }

  #listed(records: readonly ServiceRecord[]): ListedService[] {
    return records.map((record) => ({
      name: record.name,
      displayName: record.config.displayName,
      ...this.#report(record),
    }));
  }

  async #manager(access: string, action: string, service?: string): Promise<Call> {
    await turn();
    if (this.#closed) throw new ServiceError('CLOSED', 'This service manager is closed. Open another one.');
    const context = { action, ...(service === undefined ? {} : { service }) };
    const open = caller(this.#core.faults, { ...context, access: `SC_MANAGER_${access}` });
    open('OpenSCManagerW', () => (this.#allows([access]) ? undefined : 'ERROR_ACCESS_DENIED'));
    return caller(this.#core.faults, context);
  }

  async #open(name: string, access: readonly string[], action: string): Promise<{ record: ServiceRecord; call: Call }> {
    await this.#manager('CONNECT', action, name);
    const call = caller(this.#core.faults, {
      action,
      service: name,
      access: access.map((right) => `SERVICE_${right}`).join(' | '),
    });
    const record = this.#core.database.find(name);
    call('OpenServiceW', () => {
      if (!record) return 'ERROR_SERVICE_DOES_NOT_EXIST';
      return this.#allows(access) ? undefined : 'ERROR_ACCESS_DENIED';
    });
    return { record: record as ServiceRecord, call };
  }

  #allows(access: readonly string[]): boolean {
    return this.#core.elevated || isForEverybody(access);
  }
}
