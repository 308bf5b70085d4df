import type { MessagePort } from 'node:worker_threads';
import type { ServiceReport } from '../../../scm/service-config.ts';

/** Message to the notification thread. Plain data, because it is cloned. */
export type ToNotifyThread =
  | { readonly type: 'follow'; readonly id: number; readonly name: string }
  | { readonly type: 'unfollow'; readonly id: number };

/** Message from the notification thread. After `lost` no more come for this id, and its handle is closed. */
export type FromNotifyThread =
  | { readonly type: 'status'; readonly id: number; readonly report: ServiceReport }
  | { readonly type: 'lost'; readonly id: number; readonly win32Code: number };

/** Start data of the thread. */
export interface NotifyThreadData {
  readonly commands: MessagePort;
  /** Auto-reset event: set when there is a message to read, or when the thread must end. */
  readonly wake: bigint;
  readonly shared: SharedArrayBuffer;
}

/** Memory that both threads share. */
export interface NotifyShared {
  readonly buffer: SharedArrayBuffer;
  /** Makes the thread close its handles and end; it reads no messages while the process exits. */
  ending: boolean;
  /** Handles that the thread has open; a test counts them. */
  openHandles: number;
}

const ENDING = 0;
const HANDLES = 1;

export function notifyShared(buffer = new SharedArrayBuffer(8)): NotifyShared {
  const words = new Int32Array(buffer);
  return {
    buffer,
    get ending() {
      return Atomics.load(words, ENDING) === 1;
    },
    set ending(is) {
      Atomics.store(words, ENDING, is ? 1 : 0);
    },
    get openHandles() {
      return Atomics.load(words, HANDLES);
    },
    set openHandles(count) {
      Atomics.store(words, HANDLES, count);
    },
  };
}
