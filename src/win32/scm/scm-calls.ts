import { ServiceError } from '../../errors/service-error.ts';
import { Win32Error } from '../../errors/win32-error.ts';
import type { Ffi, FfiValue, NativeMemory } from '../ffi/ffi.ts';
import { bindTable, type BoundTable, type DllOverrides } from '../bind-table.ts';
import { SCM_ACCESS, SERVICE_ACCESS, type ServiceAccess, ERROR } from './constants.ts';
import { SCM_FUNCTIONS } from './functions.ts';

type Api = BoundTable<typeof SCM_FUNCTIONS>;
export type ScmFunction = keyof typeof SCM_FUNCTIONS;

/** Context of a call, for its errors. */
export interface CallContext {
  /** Action in words: `start service "Orders"`. */
  readonly action: string;
  readonly service?: string;
  readonly access?: string;
}

/**
 * Makes the calls of the SCM one after another, each on the thread pool of libuv. A call that hangs (a service or a
 * machine that doesn't answer) holds one of the four threads that fs, dns and crypto share, never more.
 */
export class ScmCalls {
  readonly ffi: Ffi;
  readonly api: Api;
  readonly machine: string | undefined;
  #tail: Promise<unknown> = Promise.resolve();
  readonly #managers = new Map<number, bigint>();
  #closed = false;
  /** Handles that are open now; a test counts them. */
  openHandles = 0;

  constructor(ffi: Ffi, machine: string | undefined, dlls?: DllOverrides) {
    this.ffi = ffi;
    this.api = bindTable(ffi, SCM_FUNCTIONS, dlls);
    this.machine = machine;
  }

  /** Runs `work` after all earlier calls. */
  exclusive<T>(work: () => Promise<T>): Promise<T> {
    const checked = (): Promise<T> => {
      // A handle that is opened now would never be closed.
      if (this.#closed) throw new ServiceError('CLOSED', 'This service manager is closed. Open another one.');
      return work();
    };
    const done = this.#tail.then(checked, checked);
    this.#tail = done.catch(() => undefined);
    return done;
  }

  /** Makes a call whose result 0 means failure. */
  async call(name: ScmFunction, args: readonly FfiValue[], context: CallContext): Promise<FfiValue> {
    const { value, lastError } = await this.api[name].async(...args);
    if (!value || value === 0n) throw this.error(name, lastError, context);
    return value;
  }

  error(api: string, win32Code: number, context: CallContext): Win32Error {
    return new Win32Error({ api, win32Code, ...context });
  }

  /** Returns a handle of the SCM; it stays open until `close`, because every call needs one. */
  async manager(access: keyof typeof SCM_ACCESS, context: CallContext): Promise<bigint> {
    const bits = SCM_ACCESS[access];
    let handle = this.#managers.get(bits);
    if (handle === undefined) {
      const where = this.machine ? ` on ${this.machine}` : '';
      handle = (await this.call('OpenSCManagerW', [this.machine ?? null, null, bits], {
        ...context,
        action: `${context.action}${where}`,
        access: `SC_MANAGER_${access}`,
      })) as bigint;
      this.openHandles += 1;
      this.#managers.set(bits, handle);
    }
    return handle;
  }

  /** Opens a service for as long as `fn` runs. */
  async withService<T>(
    name: string,
    access: readonly ServiceAccess[],
    action: string,
    fn: (handle: bigint, context: CallContext) => Promise<T>,
  ): Promise<T> {
    const context: CallContext = { action, service: name, access: access.map((a) => `SERVICE_${a}`).join(' | ') };
    const handle = await this.openService(name, access, context);
    try {
      return await fn(handle, context);
    } finally {
      this.closeHandle(handle);
    }
  }

  /** Opens a service. The caller closes the handle. */
  async openService(name: string, access: readonly ServiceAccess[], context: CallContext): Promise<bigint> {
    const manager = await this.manager('CONNECT', context);
    const handle = (await this.call('OpenServiceW', [manager, name, accessBits(access)], context)) as bigint;
    this.openHandles += 1;
    return handle;
  }

  /** Queries with a buffer that grows until the answer fits, and passes it to `read`. */
  async query<T>(
    name: ScmFunction,
    argsFor: (memory: NativeMemory, needed: NativeMemory) => readonly FfiValue[],
    context: CallContext,
    read: (memory: NativeMemory, answer: NativeMemory) => T,
    bytes = 1_024,
  ): Promise<T> {
    const needed = this.ffi.alloc(16);
    try {
      for (let size = bytes; ;) {
        const memory = this.ffi.alloc(size);
        try {
          const { value, lastError } = await this.api[name].async(...argsFor(memory, needed));
          if (value) return read(memory, needed);
          if (lastError !== ERROR.INSUFFICIENT_BUFFER && lastError !== ERROR.MORE_DATA)
            throw this.error(name, lastError, context);
          // The size that is needed, or the part that is missing. Not more: some calls refuse buffers over 8 kB.
          const more = needed.buffer.readUInt32LE(0);
          size = lastError === ERROR.MORE_DATA ? size + more : more > size ? more : size * 2;
        } finally {
          memory.free();
        }
      }
    } finally {
      needed.free();
    }
  }

  closeHandle(handle: bigint): void {
    // A local call, which can't fail for a handle that this class opened.
    this.api.CloseServiceHandle(handle);
    this.openHandles -= 1;
  }

  /** Closes the handles after all earlier calls. @param closeOthers closes the handles that other classes keep */
  async close(closeOthers: () => void): Promise<void> {
    if (this.#closed) return;
    await this.exclusive(() => {
      closeOthers();
      for (const handle of this.#managers.values()) this.closeHandle(handle);
      this.#managers.clear();
      this.#closed = true;
      return Promise.resolve();
    });
  }
}

export function accessBits(access: readonly ServiceAccess[]): number {
  return access.reduce((bits, name) => bits | SERVICE_ACCESS[name], 0);
}
