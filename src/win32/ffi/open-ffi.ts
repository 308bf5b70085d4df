import { ServiceError } from '../../errors/service-error.ts';
import type { Ffi } from './ffi.ts';
import { createFfiRsFfi } from './ffi-rs.ts';
import { createKoffiFfi } from './koffi.ts';

const LIBRARIES: Readonly<Record<string, () => Ffi>> = { koffi: createKoffiFfi, 'ffi-rs': () => createFfiRsFfi() };

let shared: Ffi | undefined;

/**
 * The FFI library of this thread for the calls of clients, loaded once: koffi, or what the variable WINSVC_FFI names.
 * Services are hosted by koffi whatever it says.
 *
 * @throws ServiceError FFI_MISSING when the package is missing, or the name is none of a library.
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
