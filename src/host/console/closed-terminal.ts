const tolerant = new WeakSet<NodeJS.WritableStream>();

/**
 * A terminal that was closed fails every write, and an 'error' event that nobody hears ends the process: the hooks must
 * run to their end all the same. For good, because a failure comes some turns after its write. Pipes are left alone: the
 * app may want to know that its reader is gone.
 */
export function tolerateClosedTerminal(...streams: NodeJS.WritableStream[]): void {
  for (const stream of streams) {
    if (!('isTTY' in stream && stream.isTTY) || tolerant.has(stream)) continue;
    tolerant.add(stream);
    stream.on('error', () => undefined);
  }
}
