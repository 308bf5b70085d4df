import { Win32Error } from '../../errors/win32-error.ts';
import type { ServiceConfig, ServiceReport } from '../../scm/service-config.ts';
import { bindTable, type BoundTable } from '../bind-table.ts';
import type { Ffi, NativeMemory } from '../ffi/ffi.ts';
import { BlobReader } from './blob.ts';
import { LEVEL, SC_STATUS_PROCESS_INFO, SCM_ACCESS, SERVICE_ACCESS, type ServiceAccess } from './constants.ts';
import { decodeBase } from './decode-base.ts';
import { decodeStatus } from './decode-status.ts';
import { SCM_FUNCTIONS } from './functions.ts';
import { S } from './structs.ts';

/** Larger than any answer: QueryServiceConfigW takes at most 8 KiB. */
const CONFIG_BYTES = 8_192;

type BriefConfig = Pick<ServiceConfig, 'displayName' | 'startType' | 'account'>;

/**
 * Reads the status of services of this machine, and the settings that are shown with it. Each call is made on
 * this thread, and only koffi is loaded: for programs that end right after it.
 *
 * Handles stay open until the process ends.
 */
export class BriefReader {
  readonly #ffi: Ffi;
  readonly #api: BoundTable<typeof SCM_FUNCTIONS>;
  #manager: bigint | undefined;

  constructor(ffi: Ffi) {
    this.#ffi = ffi;
    this.#api = bindTable(ffi, SCM_FUNCTIONS);
  }

  /** @throws Win32Error 1060 no such service, 5 no right */
  status(name: string): Promise<ServiceReport> {
    return attempt(() => this.#status(name));
  }

  /** @throws Win32Error 1060 no such service, 5 no right */
  readConfig(name: string): Promise<{ readonly config: BriefConfig }> {
    return attempt(() => ({ config: this.#config(name) }));
  }

  /** Does nothing: the end of the process closes all handles. */
  close(): Promise<void> {
    return Promise.resolve();
  }

  #status(name: string): ServiceReport {
    const handle = this.#open(name, 'QUERY_STATUS');
    const { size } = S.SERVICE_STATUS_PROCESS;
    const memory = this.#ffi.alloc(size + 4);
    const needed = memory.address + BigInt(size);
    const info = SC_STATUS_PROCESS_INFO;
    const done = this.#api.QueryServiceStatusEx(handle, info, memory.address, size, needed);
    if (!done) throw this.#error('QueryServiceStatusEx', name);
    return decodeStatus(memory.buffer);
  }

  #config(name: string): BriefConfig {
    const handle = this.#open(name, 'QUERY_CONFIG');
    const memory = this.#ffi.alloc(CONFIG_BYTES + 4);
    const needed = memory.address + BigInt(CONFIG_BYTES);
    if (!this.#api.QueryServiceConfigW(handle, memory.address, CONFIG_BYTES, needed))
      throw this.#error('QueryServiceConfigW', name);
    const { displayName, startType, account } = decodeBase(new BlobReader(memory.buffer, memory.address));
    const delayed = startType === 'auto' && this.#isDelayed(handle, memory, needed);
    return { displayName: displayName || name, startType: delayed ? 'delayed' : startType, account };
  }

  /** `false` also on a system without the setting. */
  #isDelayed(handle: bigint, { address, buffer }: NativeMemory, needed: bigint): boolean {
    const level = LEVEL.DELAYED_AUTO_START;
    if (!this.#api.QueryServiceConfig2W(handle, level, address, CONFIG_BYTES, needed)) return false;
    return S.SERVICE_DELAYED_AUTO_START_INFO.read(buffer, 0).fDelayedAutostart !== 0;
  }

  #open(name: string, access: ServiceAccess): bigint {
    this.#manager ??= this.#handle('OpenSCManagerW', name, this.#api.OpenSCManagerW(null, null, SCM_ACCESS.CONNECT));
    return this.#handle('OpenServiceW', name, this.#api.OpenServiceW(this.#manager, name, SERVICE_ACCESS[access]));
  }

  #handle(api: string, name: string, value: unknown): bigint {
    if (!value) throw this.#error(api, name);
    return value as bigint;
  }

  #error(api: string, service: string): Win32Error {
    const action = `query the status of service "${service}"`;
    return new Win32Error({ api, win32Code: this.#ffi.lastError(), action, service });
  }
}

/** Turns an exception of a function into a rejection. */
function attempt<T>(work: () => T): Promise<T> {
  return new Promise((resolve) => {
    resolve(work());
  });
}
