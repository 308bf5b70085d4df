const tolerant = new WeakSet<NodeJS.WritableStream>();

/**
 * Ignores write errors of terminals. Every write to a closed terminal fails, and an 'error' event without a listener ends
 * the process before its hooks are done. The listener stays, because a failure is reported some turns after its write.
 * Pipes are not changed: the app may handle the loss of their reader.
 */
export function tolerateClosedTerminal(...streams: NodeJS.WritableStream[]): void {
  for (const stream of streams) {
    if (!('isTTY' in stream && stream.isTTY) || tolerant.has(stream)) continue;
    tolerant.add(stream);
    stream.on('error', () => undefined);
  }
}
