import { setTimeout as delay } from 'node:timers/promises';
import { ServiceError } from '../../errors/service-error.ts';
import type { ControlReport, ListedService, ServiceReport } from '../../manager/config.ts';
import type { FfiPort } from '../../ports/ffi-port.ts';
import type {
  ClientControl,
  ProcessWatch,
  ScmClientPort,
  StatusFeed,
  StopReasonInfo,
} from '../../ports/scm-client-port.ts';
import type { DllOverrides } from '../bind-table.ts';
import { CONTROL, WAIT_OBJECT_0 } from '../constants.ts';
import { POINTER_BYTES } from '../ffi/struct.ts';
import { BlobReader, buildBlob } from './blob.ts';
import {
  SERVICE_CONTROL_STATUS_REASON_INFO,
  SERVICE_STATE_FILTER,
  type ServiceAccess,
  SYNCHRONIZE,
} from './constants.ts';
import { decodeStatus } from './decode-status.ts';
import { listServices, readListed, WITHOUT_PROCESS } from './list-services.ts';
import { grantServiceLogon } from './logon-right.ts';
import { readConfig } from './read-config.ts';
import { Feeds } from './notify/feeds.ts';
import { ScmCalls } from './scm-calls.ts';
import { StatusHandles } from './status-handles.ts';
import { S } from './structs.ts';
import { changeConfig, createService } from './write-config.ts';

const CONTROLS: Readonly<Record<Exclude<ClientControl, number>, number>> = {
  stop: CONTROL.STOP,
  pause: CONTROL.PAUSE,
  continue: CONTROL.CONTINUE,
  interrogate: CONTROL.INTERROGATE,
  paramChange: CONTROL.PARAMCHANGE,
  netBindAdd: CONTROL.NETBINDADD,
  netBindRemove: CONTROL.NETBINDREMOVE,
  netBindEnable: CONTROL.NETBINDENABLE,
  netBindDisable: CONTROL.NETBINDDISABLE,
};

/** The SCM of this machine, or of another one, through advapi32. */
export class Win32ScmClient implements ScmClientPort {
  readonly machine: string | undefined;
  readonly #calls: ScmCalls;
  readonly #statusHandles: StatusHandles;
  readonly #feeds: Feeds;

  constructor(ffi: FfiPort, machine?: string, dlls?: DllOverrides) {
    this.machine = machine;
    this.#calls = new ScmCalls(ffi, machine, dlls);
    this.#statusHandles = new StatusHandles(this.#calls);
    this.#feeds = new Feeds(ffi, machine);
  }

  /** Handles that are open now, but for those of the notification thread. */
  get openHandles(): number {
    return this.#calls.openHandles;
  }

  get supportsNotify(): boolean {
    return this.#feeds.supported;
  }

  create: ScmClientPort['create'] = (name, config) => createService(this.#calls, name, config);

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

  control(name: string, control: ClientControl, reason?: StopReasonInfo): Promise<ControlReport> {
    const code = typeof control === 'number' ? control : CONTROLS[control];
    const what =
      typeof control === 'number' ? `send control ${control} to` : control === 'continue' ? 'resume' : control;
    return this.#with(name, [accessFor(control)], `${what} service "${name}"`, async (handle, context) => {
      if (reason && this.#hasControlEx()) return this.#controlEx(handle, code, reason, context);
      const status = this.#calls.ffi.alloc(S.SERVICE_STATUS_PROCESS.size);
      try {
        await this.#calls.call('ControlService', [handle, code, status.address], context);
        return withoutPid(decodeStatus(status.buffer));
      } finally {
        status.free();
      }
    });
  }

  async status(name: string): Promise<ServiceReport> {
    return this.#statusHandles.query(name);
  }

  release(name: string): void {
    this.#statusHandles.release(name);
    this.#feeds.release(name);
  }

  follow(name: string): Promise<StatusFeed> {
    return this.#feeds.follow(name);
  }

  readConfig: ScmClientPort['readConfig'] = (name) => readConfig(this.#calls, name);

  change: ScmClientPort['change'] = (name, change) => changeConfig(this.#calls, name, change);

  list: ScmClientPort['list'] = (filter) => listServices(this.#calls, filter);

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
    const { api } = this.#calls;
    const handle =
      pid === 0 || this.machine !== undefined ? 0n : (api.OpenProcess(SYNCHRONIZE, 0, pid) as bigint | null);
    let open = Boolean(handle);
    return {
      // No handle: it is gone already, or lives on another machine, where STOPPED has to be enough.
      ended: () => !open || api.WaitForSingleObject(handle, 0) === WAIT_OBJECT_0,
      close() {
        if (open) api.CloseHandle(handle);
        open = false;
      },
    };
  }

  async nextChange(_name: string, ms: number, signal: AbortSignal | undefined): Promise<void> {
    await delay(ms, undefined, signal ? { signal } : {}).catch((error: unknown) => {
      if (!signal?.aborted) throw error;
    });
  }

  grantServiceLogon(account: string): Promise<void> {
    return this.#calls.exclusive(() => grantServiceLogon(this.#calls, account));
  }

  async close(): Promise<void> {
    await this.#calls.close(() => {
      this.#statusHandles.close();
      this.#feeds.close();
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

  /** Windows 7 and later have it; Wine has not. Without it the reason is lost, which is no reason not to stop. */
  #hasControlEx(): boolean {
    try {
      return Boolean(this.#calls.api.ControlServiceExW);
    } catch (error) {
      if (error instanceof ServiceError && error.code === 'WINDOWS_ONLY') return false;
      throw error;
    }
  }

  async #controlEx(
    handle: bigint,
    code: number,
    reason: StopReasonInfo,
    context: Parameters<ScmCalls['call']>[2],
  ): Promise<ControlReport> {
    const params = buildBlob(this.#calls.ffi, (w) => {
      const root = w.reserve(S.SERVICE_CONTROL_STATUS_REASON_PARAMSW.size);
      w.write(root, S.SERVICE_CONTROL_STATUS_REASON_PARAMSW, {
        dwReason: reason.code,
        pszComment: w.text(reason.comment ?? null),
      });
    });
    try {
      await this.#calls.call(
        'ControlServiceExW',
        [handle, code, SERVICE_CONTROL_STATUS_REASON_INFO, params.address],
        context,
      );
      return withoutPid(decodeStatus(params.buffer, S.SERVICE_CONTROL_STATUS_REASON_PARAMSW.offsets.ServiceStatus));
    } finally {
      params.free();
    }
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

function withoutPid({ pid: _, ...report }: ServiceReport): ControlReport {
  return report;
}

function accessFor(control: ClientControl): ServiceAccess {
  if (typeof control === 'number') return 'USER_DEFINED_CONTROL';
  if (control === 'stop') return 'STOP';
  return control === 'interrogate' ? 'INTERROGATE' : 'PAUSE_CONTINUE';
}
