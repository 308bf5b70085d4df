import { createRequire } from 'node:module';

/** Result of loading koffi. `unused`: the script doesn't find winsvc. */
export type KoffiProbe =
  | { readonly state: 'ok'; readonly binary: string }
  | { readonly state: 'unused' }
  | { readonly state: 'failed'; readonly binary: string; readonly code: string | undefined; readonly message: string };

/** Loads koffi as winsvc does, from where a script finds winsvc. For a child process: a DLL stays loaded. */
export function probeKoffi(script: string): KoffiProbe {
  let winsvc: string;
  try {
    winsvc = createRequire(script).resolve('winsvc/package.json');
  } catch {
    return { state: 'unused' };
  }
  const binary = `@koromix/koffi-${process.platform}-${process.arch}`;
  try {
    const require = createRequire(winsvc);
    const koffi = require.resolve('koffi');
    try {
      createRequire(koffi)(binary);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ERR_DLOPEN_FAILED') throw error;
      // koffi's own loader searches more places.
      require('koffi');
    }
    return { state: 'ok', binary };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return { state: 'failed', binary, code, message };
  }
}
