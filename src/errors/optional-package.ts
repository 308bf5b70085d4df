import { ServiceError } from './service-error.ts';

/**
 * Loads an optional peer dependency.
 *
 * @throws ServiceError PACKAGE_MISSING, which names the package and the feature that needs it
 */
export async function optionalPackage<T>(name: string, neededBy: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (cause) {
    if (!isMissing(cause, name)) throw cause;
    throw new ServiceError(
      'PACKAGE_MISSING',
      `${neededBy} needs the package ${name}, which is not installed. Install it: npm install ${name}`,
      { cause, details: { package: name } },
    );
  }
}

/** Tells a missing package from a missing import of it. */
function isMissing(error: unknown, name: string): boolean {
  return (
    error instanceof Error &&
    ['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND'].includes((error as NodeJS.ErrnoException).code ?? '') &&
    error.message.includes(`'${name}'`)
  );
}
