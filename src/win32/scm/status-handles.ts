import type { ServiceReport } from '../../manager/config.ts';
import type { NativeMemory } from '../../ports/ffi-port.ts';
import { SC_STATUS_PROCESS_INFO } from './constants.ts';
import { decodeStatus } from './decode-status.ts';
import { accessBits, type CallContext, type ScmCalls } from './scm-calls.ts';
import { S } from './structs.ts';

/** An open handle holds up a deletion by somebody else, so it isn't kept longer than a poll needs. */
const IDLE_MS = 1_000;

interface Held {
  readonly handle: bigint;
  readonly timer: NodeJS.Timeout;
}

/**
 * Handles for QueryServiceStatusEx, kept for a moment between calls: who asks for the status asks again soon, and
 * opening costs more than asking. They have the right to query the status and no other.
 */
export class StatusHandles {
  readonly #calls: ScmCalls;
  readonly #held = new Map<string, Held>();
  #memory: NativeMemory | undefined;

  constructor(calls: ScmCalls) {
    this.#calls = calls;
  }

  async query(name: string): Promise<ServiceReport> {
    const held = this.#held.get(name) ?? (await this.#open(name));
    held.timer.refresh();
    const { api, machine, ffi } = this.#calls;
    const memory = (this.#memory ??= ffi.alloc(S.SERVICE_STATUS_PROCESS.size + 4));
    const neededAt = memory.address + BigInt(S.SERVICE_STATUS_PROCESS.size);
    const args = [
      held.handle,
      SC_STATUS_PROCESS_INFO,
      memory.address,
      S.SERVICE_STATUS_PROCESS.size,
      neededAt,
    ] as const;
    const result = (value: unknown, lastError: () => number): ServiceReport => {
      if (value) return decodeStatus(memory.buffer);
      const code = lastError();
      this.release(name);
      throw this.#calls.error('QueryServiceStatusEx', code, contextOf(name));
    };
    // On this machine the SCM answers by itself, in a tenth of a millisecond; another machine may not answer at all.
    if (machine === undefined) return result(api.QueryServiceStatusEx(...args), () => ffi.lastError());
    return this.#calls.exclusive(async () => {
      const { value, lastError } = await api.QueryServiceStatusEx.async(...args);
      return result(value, () => lastError);
    });
  }

  release(name: string): void {
    const held = this.#held.get(name);
    if (!held) return;
    clearTimeout(held.timer);
    this.#held.delete(name);
    this.#calls.closeHandle(held.handle);
  }

  close(): void {
    for (const name of [...this.#held.keys()]) this.release(name);
    this.#memory?.free();
    this.#memory = undefined;
  }

  async #open(name: string): Promise<Held> {
    const context = contextOf(name);
    return this.#calls.exclusive(async () => {
      const other = this.#held.get(name);
      if (other) return other;
      const manager = await this.#calls.manager('CONNECT', context);
      const handle = (await this.#calls.call(
        'OpenServiceW',
        [manager, name, accessBits(['QUERY_STATUS'])],
        context,
      )) as bigint;
      this.#calls.openHandles += 1;
      const timer = setTimeout(() => {
        this.release(name);
      }, IDLE_MS).unref();
      const held = { handle, timer };
      this.#held.set(name, held);
      return held;
    });
  }
}

function contextOf(name: string): CallContext {
  return { action: `query the status of service "${name}"`, service: name, access: 'SERVICE_QUERY_STATUS' };
}
