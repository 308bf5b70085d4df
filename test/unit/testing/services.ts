import { defineService, type Service, type ServiceOptions } from 'winsvc';

/** A service with whatever a test needs, and nothing else. */
export function makeService(options: Partial<ServiceOptions> = {}): Service<string> {
  return defineService<string>({ name: 'Test', start: () => undefined, ...options });
}

export const never = (): Promise<never> => new Promise(() => undefined);

/** The Win32 code that a call was refused with. */
export async function codeOf(call: Promise<unknown>): Promise<number | undefined> {
  try {
    await call;
    return undefined;
  } catch (error) {
    return (error as { win32Code?: number }).win32Code;
  }
}
