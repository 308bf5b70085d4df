import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc') as () => void;

/** Bytes of the heap that are really in use: what nothing refers to is collected first. */
export function heapInUse(): number {
  gc();
  gc();
  return process.memoryUsage().heapUsed;
}
