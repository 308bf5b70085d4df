import { ServiceError } from '../../errors/service-error.ts';
import { explainFfiFailure } from '../../errors/ffi-load-failure.ts';
import { ownRequire } from '../../util/package-files.ts';
import { toError } from '../../util/to-error.ts';

export type Koffi = typeof import('koffi');

const BINARY = `@koromix/koffi-${process.platform}-${process.arch}`;

/** Loads koffi, once in each thread; its DLL once in the process. @throws ServiceError FFI_MISSING */
export function loadKoffi(): Koffi {
  const require = ownRequire();
  try {
    return loadBinary(require) ?? (require('koffi') as Koffi);
  } catch (cause) {
    const error = toError(cause);
    throw new ServiceError(
      'FFI_MISSING',
      `koffi can't be loaded: ${error.message.split('\n', 1)[0] ?? ''} ${explainFfiFailure(error, BINARY).advice}`,
      { cause, details: { packages: ['koffi', BINARY] } },
    );
  }
}

/**
 * For a thread of our own, in which nothing has used koffi yet. Its DLL looks up each function of Node when it first
 * calls it, and Wine searches PATH each time: what it calls only when its thread ends would hold up the end of the
 * process for 2 ms. So all of that is called once here, while the main thread is busy loading too.
 *
 * @throws ServiceError FFI_MISSING
 */
export function loadKoffiForThread(): Koffi {
  const koffi = loadKoffi();
  koffi.unregister(koffi.register(() => 0, koffi.pointer(koffi.proto('uint32 NeverCalled()'))));
  koffi.reset();
  return koffi;
}

/**
 * The package of koffi's binary, which is all of it that is called: koffi's own files look for that binary in many
 * places and add what is deprecated, which costs each thread 10 ms and 300 kB. Undefined where it isn't beside koffi.
 */
function loadBinary(require: NodeJS.Require): Koffi | undefined {
  if (process.platform !== 'win32') return undefined;
  try {
    return process.getBuiltinModule('node:module').createRequire(require.resolve('koffi'))(BINARY) as Koffi;
  } catch {
    return undefined;
  }
}
