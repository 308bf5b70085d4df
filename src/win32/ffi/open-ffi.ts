import { ServiceError } from '../../errors/service-error.ts';
import type { Ffi } from './ffi.ts';
import { createFfiRsFfi } from './ffi-rs.ts';
import { createKoffiFfi } from './koffi.ts';

const LIBRARIES: Readonly<Record<string, () => Ffi>> = { koffi: createKoffiFfi, 'ffi-rs': () => createFfiRsFfi() };

let shared: Ffi | undefined;

/**
 * Loads the FFI library of this thread for the calls of clients, once: koffi, or the library that the variable WINSVC_FFI
 * names. The host of a service always uses koffi.
 *
 * @throws ServiceError FFI_MISSING when the package is missing, or the variable names no library.
 */
export function openFfi(): Ffi {
  shared ??= createFfi(process.env['WINSVC_FFI']);
  return shared;
}

export function createFfi(name = 'koffi'): Ffi {
  const create = LIBRARIES[name];
  if (create) return create();
  throw new ServiceError(
    'FFI_MISSING',
    `WINSVC_FFI is "${name}", which is no FFI library that winsvc knows. It can be: ${Object.keys(LIBRARIES).join(', ')}.`,
    { details: { packages: Object.keys(LIBRARIES) } },
  );
}
