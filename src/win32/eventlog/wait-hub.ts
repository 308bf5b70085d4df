import type { Ffi } from '../ffi/ffi.ts';
import type { BoundTable } from '../bind-table.ts';
import { createDeferred, type Deferred } from '../../util/deferred.ts';
import { POINTER_BYTES } from '../ffi/struct.ts';
import { WAIT_FAILED } from './constants.ts';
import type { READ_FUNCTIONS } from './functions.ts';

const INFINITE = 0xffff_ffff;
/** MAXIMUM_WAIT_OBJECTS, less the one that wakes the wait. */
const MAX_WAITS = 63;

/**
 * Waits for any number of Win32 events on one thread of the pool, for as long as it takes: one thread for each of them
 * would leave none for files and DNS.
 */
export class WaitHub {
  readonly #ffi: Ffi;
  readonly #api: BoundTable<typeof READ_FUNCTIONS>;
  readonly #waits = new Map<bigint, Deferred<undefined>>();
  #wake: bigint | undefined;
  #running = false;

  constructor(ffi: Ffi, api: BoundTable<typeof READ_FUNCTIONS>) {
    this.#ffi = ffi;
    this.#api = api;
  }

  /** Resolves when the event is set, or `stop` was called for it. */
  wait(event: bigint): Promise<undefined> {
    if (this.#waits.size >= MAX_WAITS) throw new RangeError(`At most ${MAX_WAITS} event logs can be followed at once.`);
    const deferred = createDeferred<undefined>();
    this.#waits.set(event, deferred);
    if (this.#running) this.#rouse();
    else void this.#run();
    return deferred.promise;
  }

  /** Ends the wait for an event. The handle must live until this resolves. */
  async stop(event: bigint): Promise<void> {
    const deferred = this.#waits.get(event);
    if (!deferred) return;
    this.#waits.delete(event);
    this.#rouse();
    // Closing a handle that is being waited for is undefined.
    await this.#round;
    deferred.resolve(undefined);
  }

  #round: Promise<void> = Promise.resolve();

  async #run(): Promise<void> {
    this.#running = true;
    this.#wake ??= this.#createWake();
    const rouse = (): void => {
      this.#rouse();
    };
    // process.exit() waits for what runs on the pool.
    process.on('exit', rouse);
    while (this.#waits.size > 0) {
      this.#round = this.#once(this.#wake);
      await this.#round;
    }
    process.off('exit', rouse);
    this.#running = false;
  }

  async #once(wake: bigint): Promise<void> {
    const events = [wake, ...this.#waits.keys()];
    const memory = this.#ffi.alloc(events.length * POINTER_BYTES);
    try {
      events.forEach((event, index) => {
        if (POINTER_BYTES === 8) memory.buffer.writeBigUInt64LE(event, index * 8);
        else memory.buffer.writeUInt32LE(Number(event), index * 4);
      });
      const { value } = await this.#api.WaitForMultipleObjects.async(events.length, memory.address, 0, INFINITE);
      const set = Number(value) === WAIT_FAILED ? events.slice(1) : [events[Number(value)] ?? wake];
      for (const event of set) {
        this.#waits.get(event)?.resolve(undefined);
        this.#waits.delete(event);
      }
    } finally {
      memory.free();
    }
  }

  #createWake(): bigint {
    // It resets itself when it has woken the wait.
    return this.#api.CreateEventW(null, 0, 0, null) as bigint;
  }

  #rouse(): void {
    if (this.#wake !== undefined) this.#api.SetEvent(this.#wake);
  }
}
