import { setTimeout as delay } from 'node:timers/promises';
import type { ListedService, ServiceReport } from '../../scm/service-config.ts';
import type { Ffi } from '../ffi/ffi.ts';
import { Win32Error } from '../../errors/win32-error.ts';
import type { ProcessWatch, ScmClient, StatusSubscription } from '../../scm/scm-client.ts';
import type { DllOverrides } from '../bind-table.ts';
import { POINTER_BYTES } from '../ffi/struct.ts';
import { BlobReader, buildBlob } from './blob.ts';
import { SERVICE_STATE_FILTER, type ServiceAccess } from './constants.ts';
import { listServices, readListed, WITHOUT_PROCESS } from './list-services.ts';
import { formatSid, lookupSid } from './account-sid.ts';
import { grantServiceLogon } from './logon-right.ts';
import { watchProcess } from './watch-process.ts';
import { readConfig } from './read-config.ts';
import { StatusSubscriptions } from './notify/status-subscriptions.ts';
import { ScmCalls } from './scm-calls.ts';
import { StatusHandles } from './status-handles.ts';
import { hasControlEx, sendControl } from './send-control.ts';
import { changeConfig, createService } from './write-config.ts';

/** Client of the SCM of this machine, or of another one, through advapi32. */
export class Win32ScmClient implements ScmClient {
  readonly machine: string | undefined;
  readonly #calls: ScmCalls;
  readonly #statusHandles: StatusHandles;
  readonly #subscriptions: StatusSubscriptions;

  constructor(ffi: Ffi, machine?: string, dlls?: DllOverrides) {
    this.machine = machine;
    this.#calls = new ScmCalls(ffi, machine, dlls);
    this.#statusHandles = new StatusHandles(this.#calls);
    this.#subscriptions = new StatusSubscriptions(ffi, machine);
  }

  /** Number of open handles, without those of the notification thread. */
  get openHandles(): number {
    return this.#calls.openHandles;
  }

  get supportsStopReason(): boolean {
    return hasControlEx(this.#calls);
  }

  get supportsNotify(): boolean {
    return this.#subscriptions.supported;
  }

  create: ScmClient['create'] = (name, config) => createService(this.#calls, name, config);

  delete(name: string): Promise<void> {
    this.release(name);
    return this.#with(name, ['DELETE'], `delete service "${name}"`, async (handle, context) => {
      await this.#calls.call('DeleteService', [handle], context);
    });
  }

  start(name: string, args: readonly string[]): Promise<void> {
    return this.#with(name, ['START'], `start service "${name}"`, async (handle, context) => {
      const vector = buildBlob(this.#calls.ffi, (w) => {
        const table = w.reserve(Math.max(1, args.length) * POINTER_BYTES);
        for (const [i, arg] of args.entries()) {
          const address = w.text(arg);
          if (POINTER_BYTES === 8) w.bytes.writeBigUInt64LE(address, table + i * 8);
          else w.bytes.writeUInt32LE(Number(address), table + i * 4);
        }
      });
      try {
        await this.#calls.call(
          'StartServiceW',
          [handle, args.length, args.length > 0 ? vector.address : null],
          context,
        );
      } finally {
        vector.free();
      }
    });
  }

  control: ScmClient['control'] = (name, control, reason) => sendControl(this.#calls, name, control, reason);

  async status(name: string): Promise<ServiceReport> {
    return this.#statusHandles.query(name);
  }

  release(name: string): void {
    this.#statusHandles.release(name);
    this.#subscriptions.release(name);
  }

  subscribe(name: string): Promise<StatusSubscription> {
    return this.#subscriptions.follow(name);
  }

  readConfig: ScmClient['readConfig'] = (name) => readConfig(this.#calls, name);

  change: ScmClient['change'] = (name, change) => changeConfig(this.#calls, name, change);

  list: ScmClient['list'] = (filter) => listServices(this.#calls, filter);

  dependents(name: string, activeOnly: boolean): Promise<readonly ListedService[]> {
    return this.#with(
      name,
      ['ENUMERATE_DEPENDENTS'],
      `list the dependents of service "${name}"`,
      async (handle, context) =>
        this.#calls.query(
          'EnumDependentServicesW',
          (memory, needed) => [
            handle,
            activeOnly ? SERVICE_STATE_FILTER.active : SERVICE_STATE_FILTER.all,
            memory.address,
            memory.buffer.length,
            needed.address,
            needed.address + 4n,
          ],
          context,
          (memory, answer) => readListed(memory, answer.buffer.readUInt32LE(4), WITHOUT_PROCESS),
        ),
    );
  }

  displayNameOf(name: string): Promise<string> {
    return this.#translate('GetServiceDisplayNameW', name, `find the display name of service "${name}"`);
  }

  nameOf(displayName: string): Promise<string> {
    return this.#translate(
      'GetServiceKeyNameW',
      displayName,
      `find the service with the display name "${displayName}"`,
    );
  }

  processEnd(pid: number): ProcessWatch {
    // A process of another machine can't be watched: STOPPED is enough there.
    return watchProcess(this.#calls, this.machine === undefined ? pid : 0);
  }

  async nextChange(_name: string, ms: number, signal: AbortSignal | undefined): Promise<void> {
    await delay(ms, undefined, signal ? { signal } : {}).catch((error: unknown) => {
      if (!signal?.aborted) throw error;
    });
  }

  grantServiceLogon(account: string): Promise<void> {
    return this.#calls.exclusive(() => grantServiceLogon(this.#calls, account));
  }

  async accountSid(account: string): Promise<string | undefined> {
    try {
      const context = { action: `look up the account ${account}` };
      return formatSid(await this.#calls.exclusive(() => lookupSid(this.#calls, account, context)));
    } catch (error) {
      // No such account, or the search failed: names are compared instead.
      if (error instanceof Win32Error) return undefined;
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#calls.close(() => {
      this.#statusHandles.close();
      this.#subscriptions.close();
    });
  }

  #with<T>(
    name: string,
    access: readonly ServiceAccess[],
    action: string,
    fn: Parameters<ScmCalls['withService']>[3],
  ): Promise<T> {
    return this.#calls.exclusive(() => this.#calls.withService(name, access, action, fn)) as Promise<T>;
  }

  #translate(api: 'GetServiceDisplayNameW' | 'GetServiceKeyNameW', from: string, action: string): Promise<string> {
    return this.#calls.exclusive(async () => {
      const context = { action, service: from };
      const manager = await this.#calls.manager('CONNECT', context);
      return this.#calls.query(
        api,
        (memory, needed) => {
          needed.buffer.writeUInt32LE(memory.buffer.length / 2 - 1, 0);
          return [manager, from, memory.address, needed.address];
        },
        context,
        (memory) => new BlobReader(memory.buffer, memory.address).text(memory.address) ?? '',
      );
    });
  }
}
