import { dirname, resolve } from 'node:path';

/**
 * Makes a path absolute, from the folder of the program: the working folder of a service is System32, where nothing of
 * a program belongs.
 */
export function programPath(path: string): string {
  return resolve(dirname(process.argv[1] ?? ''), path);
}
