import type { FfiPort } from '../../ports/ffi-port.ts';
import { createKoffiFfi } from './koffi.ts';

let shared: FfiPort | undefined;

/** The FFI library of this thread, loaded once. */
export function openFfi(): FfiPort {
  shared ??= createKoffiFfi();
  return shared;
}
