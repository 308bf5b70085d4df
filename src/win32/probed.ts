import { Win32Error } from '../errors/win32-error.ts';
import type { Probed } from '../scm/machine-probe.ts';

/** Result of a check of the machine, or the reason why there is none. */
export async function probed<T>(look: () => T | Promise<T>): Promise<Probed<T>> {
  try {
    return { value: await look() };
  } catch (error) {
    if (!(error instanceof Win32Error))
      return { value: undefined, why: error instanceof Error ? error.message : String(error) };
    return { value: undefined, why: [`${error.api}:`, error.win32Code, error.symbol].filter(Boolean).join(' ') };
  }
}
