import type { Win32Symbol } from '../../errors/win32-codes.ts';
import { win32Code } from '../../errors/win32-codes.ts';
import { Win32Error } from '../../errors/win32-error.ts';
import type { FaultyCall, Faults } from './faults.ts';

/** Where an error belongs. */
interface CallContext {
  readonly action: string;
  readonly service?: string;
  readonly access?: string;
}

/** One call of the API: fails as a test ordered, or as what it does says. It does nothing when a test lets it fail. */
export interface Call {
  (api: FaultyCall, work?: () => Win32Symbol | undefined): void;
  error(api: FaultyCall, symbol: Win32Symbol): Win32Error;
}

/** The calls of one undertaking, whose errors all say what it was. */
export function caller(faults: Faults, context: CallContext): Call {
  const error = (api: FaultyCall, symbol: Win32Symbol): Win32Error =>
    new Win32Error({ api, win32Code: win32Code(symbol), ...context });
  const call = (api: FaultyCall, work?: () => Win32Symbol | undefined): void => {
    const symbol = faults.take(api) ?? work?.();
    if (symbol) throw error(api, symbol);
  };
  return Object.assign(call, { error });
}
