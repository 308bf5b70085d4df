import { canSee } from '../../security/principal.ts';
import { route } from '../route.ts';

const PING_MS = 15_000;

export const getStream = route({
  method: 'GET',
  path: '/events',
  id: 'getEvents',
  tag: 'services',
  summary: 'Follows states, operations and the watchdog as server-sent events.',
  access: 'viewer',
  headers: { 'Last-Event-ID': 'Id of the last event that was received: the stream goes on after it.' },
  answers: {
    200: {
      description: 'Events: service, serviceGone, config, operation, watchdog, reset.',
      type: 'text/event-stream',
    },
  },
  handle({ request, principal }, { hub, streams }) {
    const lastId = request.headers.get('last-event-id') ?? undefined;
    return streams.respond(principal.id, 'text/event-stream; charset=utf-8', async function* (signal) {
      const subscription = hub.subscribe(lastId);
      signal.addEventListener('abort', subscription.close, { once: true });
      try {
        // The first piece is sent at once: only then a browser reports "open".
        yield subscription.missed ? 'event: reset\ndata: {}\n\n' : ': open\n\n';
        while (!signal.aborted) {
          const event = await subscription.next(PING_MS);
          if (event && (event.service === undefined || canSee(principal, event.service))) yield event.bytes;
          else if (!event && !subscription.live) return;
          else if (!event) yield ': ping\n\n';
        }
      } finally {
        subscription.close();
      }
    });
  },
});
