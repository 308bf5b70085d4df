import type { ServiceReport } from '../../scm/service-config.ts';
import type { NativeMemory } from '../ffi/ffi.ts';
import { SC_STATUS_PROCESS_INFO } from './constants.ts';
import { decodeStatus } from './decode-status.ts';
import type { CallContext, ScmCalls } from './scm-calls.ts';
import { S } from './structs.ts';

/**
 * Longest time that a handle is kept, however often it is used. An open handle delays the deletion of the service, also
 * by another program, which a program that only watches must not cause.
 */
const LONGEST_MS = 1_000;

interface Held {
  readonly handle: bigint;
  readonly until: number;
  readonly timer: NodeJS.Timeout;
}

/**
 * Handles for QueryServiceStatusEx, kept for a moment between calls: a caller that queries the status often does it
 * again soon, and opening costs more than the query. They have the right to query the status and no other.
 */
export class StatusHandles {
  readonly #calls: ScmCalls;
  readonly #held = new Map<string, Held>();
  #memory: NativeMemory | undefined;

  constructor(calls: ScmCalls) {
    this.#calls = calls;
  }

  async query(name: string): Promise<ServiceReport> {
    // On this machine the SCM answers by itself, in a tenth of a millisecond; another machine may not answer at all.
    if (this.#calls.machine !== undefined) return this.#queryRemote(name);
    let held = this.#find(name);
    while (!held) {
      await this.#open(name);
      // Looked up again: it may have been closed while this call waited for its turn.
      held = this.#find(name);
    }
    const { handle } = held;
    const { api, ffi } = this.#calls;
    const memory = (this.#memory ??= ffi.alloc(S.SERVICE_STATUS_PROCESS.size + 4));
    if (api.QueryServiceStatusEx(...argsFor(handle, memory))) return decodeStatus(memory.buffer);
    const code = ffi.lastError();
    this.release(name);
    throw this.#calls.error('QueryServiceStatusEx', code, contextOf(name));
  }

  release(name: string): void {
    const key = name.toLowerCase();
    const held = this.#held.get(key);
    if (!held) return;
    clearTimeout(held.timer);
    this.#held.delete(key);
    this.#calls.closeHandle(held.handle);
  }

  close(): void {
    for (const name of [...this.#held.keys()]) this.release(name);
    this.#memory?.free();
    this.#memory = undefined;
  }

  async #queryRemote(name: string): Promise<ServiceReport> {
    const calls = this.#calls;
    const { action } = contextOf(name);
    return calls.exclusive(() =>
      calls.withService(name, ['QUERY_STATUS'], action, async (handle, context) => {
        const memory = calls.ffi.alloc(S.SERVICE_STATUS_PROCESS.size + 4);
        try {
          await calls.call('QueryServiceStatusEx', argsFor(handle, memory), context);
          return decodeStatus(memory.buffer);
        } finally {
          memory.free();
        }
      }),
    );
  }

  #find(name: string): Held | undefined {
    const held = this.#held.get(name.toLowerCase());
    if (!held || performance.now() < held.until) return held;
    // Queries without a pause never let the timer run.
    this.release(name);
    return undefined;
  }

  async #open(name: string): Promise<void> {
    const context = contextOf(name);
    await this.#calls.exclusive(async () => {
      if (this.#find(name)) return;
      const handle = await this.#calls.openService(name, ['QUERY_STATUS'], context);
      const timer = setTimeout(() => {
        this.release(name);
      }, LONGEST_MS).unref();
      this.#held.set(name.toLowerCase(), { handle, timer, until: performance.now() + LONGEST_MS });
    });
  }
}

function argsFor(handle: bigint, { address }: NativeMemory): [bigint, number, bigint, number, bigint] {
  const { size } = S.SERVICE_STATUS_PROCESS;
  return [handle, SC_STATUS_PROCESS_INFO, address, size, address + BigInt(size)];
}

function contextOf(name: string): CallContext {
  return { action: `query the status of service "${name}"`, service: name, access: 'SERVICE_QUERY_STATUS' };
}
