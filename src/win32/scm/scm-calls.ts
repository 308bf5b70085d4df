import { ServiceError } from '../../errors/service-error.ts';
import { Win32Error } from '../../errors/win32-error.ts';
import type { Ffi, FfiValue, NativeMemory } from '../ffi/ffi.ts';
import { bindTable, type BoundTable, type DllOverrides } from '../bind-table.ts';
import { SCM_ACCESS, SERVICE_ACCESS, type ServiceAccess, ERROR } from './constants.ts';
import { SCM_FUNCTIONS } from './functions.ts';

type Api = BoundTable<typeof SCM_FUNCTIONS>;
export type ScmFunction = keyof typeof SCM_FUNCTIONS;

/** Where an error belongs. */
export interface CallContext {
  /** What was tried, in words. */
  readonly action: string;
  readonly service?: string;
  readonly access?: string;
}

/**
 * Calls of the SCM, one after another on one thread of libuv's pool: a call that hangs (a service that doesn't answer,
 * a machine that is gone) never holds more of the four that fs, dns and crypto share.
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

  /** Runs `work` when all that was asked before is done. */
  exclusive<T>(work: () => Promise<T>): Promise<T> {
    const checked = (): Promise<T> => {
      // Handles that are opened now would be closed by nobody.
      if (this.#closed) throw new ServiceError('CLOSED', 'This service manager is closed. Open another one.');
      return work();
    };
    const done = this.#tail.then(checked, checked);
    this.#tail = done.catch(() => undefined);
    return done;
  }

  /** A call whose result 0 means failure. */
  async call(name: ScmFunction, args: readonly FfiValue[], context: CallContext): Promise<FfiValue> {
    const { value, lastError } = await this.api[name].async(...args);
    if (!value || value === 0n) throw this.error(name, lastError, context);
    return value;
  }

  error(api: string, win32Code: number, context: CallContext): Win32Error {
    return new Win32Error({ api, win32Code, ...context });
  }

  /** Calls `fn` with a handle of the SCM; it stays open until `close`, because every call needs one. */
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

  /** The caller closes it. */
  async openService(name: string, access: readonly ServiceAccess[], context: CallContext): Promise<bigint> {
    const manager = await this.manager('CONNECT', context);
    const handle = (await this.call('OpenServiceW', [manager, name, accessBits(access)], context)) as bigint;
    this.openHandles += 1;
    return handle;
  }

  /** Asks with a buffer that grows until the answer fits, and hands it to `read`. */
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
          // Either all that is needed, or what is still missing. Not more: some calls refuse buffers over 8 kB.
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
    // A local call that only forgets a number; it can't fail for a handle that we opened.
    this.api.CloseServiceHandle(handle);
    this.openHandles -= 1;
  }

  /** When all that was asked before is done. @param closeOthers the handles that somebody else keeps */
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
