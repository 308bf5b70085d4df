import { captureChildren } from './capture-children.ts';
import { captureFileDescriptors } from './capture-fs.ts';
import { captureStream, type TakeOutput } from './capture-stream.ts';

/**
 * Captures what the process writes to its standard streams, by whatever way: the stream objects, the console, the file
 * descriptors 1 and 2, and children that inherit them. A service has no console, so all of that would go nowhere.
 * Returns the function that gives the streams back.
 */
export function captureOutput(out: TakeOutput, err: TakeOutput): () => void {
  const restores = [
    captureStream('stdout', out),
    captureStream('stderr', err),
    captureFileDescriptors(out, err),
    captureChildren({ stdout: out, stderr: err }),
  ];
  return () => {
    for (const restore of restores) restore();
  };
}
