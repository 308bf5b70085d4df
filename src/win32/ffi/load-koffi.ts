import { ServiceError } from '../../errors/service-error.ts';
import { explainFfiFailure } from '../../errors/ffi-load-failure.ts';
import { embeddedFiles } from '../../util/embedded-files.ts';
import { ownRequire } from '../../util/package-files.ts';
import { toError } from '../../util/to-error.ts';

export type Koffi = typeof import('koffi');

const BINARY = `@koromix/koffi-${process.platform}-${process.arch}`;

/** Loads koffi, once in each thread; its DLL once in the process. @throws ServiceError FFI_MISSING, FILES_MISSING */
export function loadKoffi(): Koffi {
  // Its error says what to do.
  const path = loaded ? undefined : embeddedFiles()?.extract('koffi.node');
  try {
    if (path !== undefined) loaded = ownRequire()(path) as Koffi;
    return (loaded ??= requireKoffi(ownRequire()));
  } catch (cause) {
    const error = toError(cause);
    throw new ServiceError(
      'FFI_MISSING',
      `koffi can't be loaded: ${error.message.split('\n', 1)[0] ?? ''} ${explainFfiFailure(error, BINARY).advice}`,
      { cause, details: { packages: ['koffi', BINARY] } },
    );
  }
}

let loaded: Koffi | undefined;

function requireKoffi(require: NodeJS.Require): Koffi {
  return loadBinary(require) ?? (require('koffi') as Koffi);
}

/**
 * Loads koffi in a thread of the library that has not used it yet. koffi's DLL looks up each function of Node at its first
 * call, and Wine searches PATH each time. The functions that it calls only when its thread ends would delay the end of
 * the process by 2 ms, so they are called once here, while the main thread is still loading.
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
 * Loads the package of koffi's binary, without koffi's own loader: that searches many places and adds deprecated
 * functions, which costs each thread 10 ms and 300 kB. Returns `undefined` when the binary isn't next to koffi.
 */
function loadBinary(require: NodeJS.Require): Koffi | undefined {
  if (process.platform !== 'win32') return undefined;
  try {
    return process.getBuiltinModule('node:module').createRequire(require.resolve('koffi'))(BINARY) as Koffi;
  } catch {
    return undefined;
  }
}
