import type { MessagePort } from 'node:worker_threads';
import type { ServiceReport } from '../../../scm/service-config.ts';

/** What the notification thread is told. Plain data: it is cloned on the way. */
export type ToNotifyThread =
  | { readonly type: 'follow'; readonly id: number; readonly name: string }
  | { readonly type: 'unfollow'; readonly id: number };

/** What it tells. After `lost` nothing more comes for this id, and its handle is closed. */
export type FromNotifyThread =
  | { readonly type: 'status'; readonly id: number; readonly report: ServiceReport }
  | { readonly type: 'lost'; readonly id: number; readonly win32Code: number };

/** What the thread is started with. */
export interface NotifyThreadData {
  readonly commands: MessagePort;
  /** An event that resets itself: set when there is something to read, or it is to end. */
  readonly wake: bigint;
  readonly shared: SharedArrayBuffer;
}

/** The memory that both threads see. */
export interface NotifyShared {
  readonly buffer: SharedArrayBuffer;
  /** Tells the thread to close its handles and end: it reads no messages while the process exits. */
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
