import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isFromWebPage, isOwnHost, limitConnections } from '../../util/http-guard.ts';
import { closeHttp, listen } from '../../util/listen.ts';
import { httpAudience } from '../audience.ts';
import { MAX_BEAT_BYTES } from '../beat.ts';
import type { HttpListenOptions } from '../receiver-options.ts';
import type { Listener, TakeLine } from './listen.ts';

const STATUS: Readonly<Record<string, number>> = {
  forged: 401,
  unknownSender: 403,
  wrongReceiver: 421,
  stale: 409,
  replayed: 409,
  tooMany: 503,
};

const MAX_CONNECTIONS = 20_000;

/** Takes heartbeats as the body of a POST. Answers 204, or a status and the reason. */
export async function listenHttp(options: HttpListenOptions, take: TakeLine): Promise<Listener> {
  const { host = '127.0.0.1', path = '/heartbeat', hosts } = options;
  const server = createServer(
    { requestTimeout: 5_000, headersTimeout: 5_000, connectionsCheckingInterval: 2_000, keepAliveTimeout: 60_000 },
    (request, response) => {
      const answer = (status: number, text?: string): void => {
        response.writeHead(status, status === 413 ? { Connection: 'close' } : {}).end(text);
      };
      if (!isOwnHost(request.headers.host, host, hosts)) answer(421, 'the Host header names another server');
      else if (isFromWebPage(request)) answer(403, 'web pages may not send heartbeats');
      else if (request.url !== path) answer(404);
      else if (request.method !== 'POST') answer(405);
      else {
        readBody(request, (body) => {
          const refused = body === undefined ? undefined : take(body);
          if (body === undefined) answer(413);
          else answer(refused === undefined ? 204 : (STATUS[refused] ?? 400), refused);
        });
      }
    },
  );
  limitConnections(server, MAX_CONNECTIONS);
  await listen(server, { port: options.port, host });
  const { port } = server.address() as AddressInfo;
  return {
    address: `http://${host.includes(':') ? `[${host}]` : host}:${port}${path}`,
    audience: httpAudience(port, path),
    close: () => closeHttp(server),
  };
}

/** `undefined` when it is too long; the rest is not read then. */
function readBody(request: IncomingMessage, done: (body: string | undefined) => void): void {
  const chunks: Buffer[] = [];
  let size = 0;
  request.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= MAX_BEAT_BYTES) return void chunks.push(chunk);
    request.removeAllListeners('data').removeAllListeners('end').pause();
    done(undefined);
  });
  request.on('end', () => {
    done(Buffer.concat(chunks).toString('utf8'));
  });
  request.on('error', () => undefined);
}
