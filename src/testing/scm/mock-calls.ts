import type { Win32Symbol } from '../../errors/win32-codes.ts';
import { win32Code } from '../../errors/win32-codes.ts';
import { Win32Error } from '../../errors/win32-error.ts';
import type { FaultyCall, Faults } from './faults.ts';

/** Context of a call, for its errors. */
interface CallContext {
  readonly action: string;
  readonly service?: string;
  readonly access?: string;
}

/** Makes one call of the API: it fails as a test ordered, and then does nothing, or as its own rules say. */
export interface Call {
  (api: FaultyCall, work?: () => Win32Symbol | undefined): void;
  error(api: FaultyCall, symbol: Win32Symbol): Win32Error;
}

/** Creates the calls of one action, which all of their errors name. */
export function caller(faults: Faults, context: CallContext): Call {
  const error = (api: FaultyCall, symbol: Win32Symbol): Win32Error =>
    new Win32Error({ api, win32Code: win32Code(symbol), ...context });
  const call = (api: FaultyCall, work?: () => Win32Symbol | undefined): void => {
    const symbol = faults.take(api) ?? work?.();
    if (symbol) throw error(api, symbol);
  };
  return Object.assign(call, { error });
}
