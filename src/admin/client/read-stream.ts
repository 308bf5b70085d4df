/** An event of the stream. */
export interface AdminEvent {
  /** Id for `lastEventId`. */
  readonly id: string;
  /** `service`, `serviceGone`, `operation`, `watchdog`, or `reset`: events were missed, so read everything again. */
  readonly type: string;
  /** Content, parsed from JSON. */
  readonly data: unknown;
}

const RETRY_MS = 1_000;

/**
 * Reads server-sent events, and connects again after the last event when the connection breaks.
 *
 * Source: https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */
export async function* readEvents(
  connect: (headers: Readonly<Record<string, string>>) => Promise<Response>,
  { signal, lastEventId }: { readonly signal?: AbortSignal; readonly lastEventId?: string },
): AsyncGenerator<AdminEvent, void> {
  let last = lastEventId;
  let connected = false;
  while (!signal?.aborted) {
    try {
      const response = await connect({
        Accept: 'text/event-stream',
        ...(last !== undefined && { 'Last-Event-ID': last }),
      });
      connected = true;
      for await (const block of blocks(response)) {
        const event = parse(block);
        if (!event) continue;
        if (event.id !== '') last = event.id;
        yield event;
      }
    } catch (error) {
      if (signal?.aborted) return;
      // The first failure is reported to the caller: a wrong address or token.
      if (!connected) throw error;
    }
    await pause(signal);
  }
}

async function* blocks(response: Response): AsyncGenerator<string, void> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const bytes of response.body as unknown as AsyncIterable<Uint8Array>) {
    text += decoder.decode(bytes, { stream: true });
    const parts = text.split('\n\n');
    text = parts.pop() ?? '';
    yield* parts;
  }
}

function parse(block: string): AdminEvent | undefined {
  const fields = new Map<string, string>();
  for (const line of block.split('\n')) {
    const [, name, value] = /^(\w+): ?(.*)$/.exec(line) ?? [];
    if (name !== undefined) fields.set(name, value ?? '');
  }
  const data = fields.get('data');
  if (data === undefined) return undefined;
  return { id: fields.get('id') ?? '', type: fields.get('event') ?? 'message', data: JSON.parse(data) as unknown };
}

function pause(signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, RETRY_MS);
    signal?.addEventListener('abort', done);
  });
}
