import { type ClientRequest, type IncomingHttpHeaders, type IncomingMessage, request as requestPlain } from 'node:http';
import type { TLSSocket } from 'node:tls';
import type { HttpCheckOptions } from './http-options.ts';

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** `undefined` when it isn't requested. */
  readonly body: string | undefined;
  /** It was longer than allowed and was cut off. */
  readonly cut: boolean;
  /** Until the certificate ends. */
  readonly daysLeft: number | undefined;
}

/**
 * One request on a connection of its own. Reads no more than the limit: whatever the other side sends, or
 * doesn't, it costs `maxBytes` and the time until `signal` aborts.
 */
export async function httpRequest(
  url: URL,
  options: HttpCheckOptions,
  signal: AbortSignal,
  now: number,
): Promise<HttpAnswer> {
  // Loading https brings TLS along; a service that only asks http: doesn't need it.
  const open = url.protocol === 'https:' ? (await import('node:https')).request : requestPlain;
  const { ca, servername, rejectUnauthorized } = options.tls ?? {};
  return new Promise((resolve, reject) => {
    const request: ClientRequest = open(url, {
      method: options.method ?? 'GET',
      headers: { 'User-Agent': 'winsvc-health', Accept: '*/*', Connection: 'close', ...options.headers },
      agent: false,
      signal,
      ...(ca !== undefined && { ca }),
      ...(servername !== undefined && { servername }),
      ...(rejectUnauthorized !== undefined && { rejectUnauthorized }),
    });
    request.on('error', reject);
    request.on('response', (response) => {
      const finish = (body: string | undefined, cut: boolean): void => {
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body,
          cut,
          daysLeft: daysLeft(response, now),
        });
        request.destroy();
      };
      if (options.body === undefined) finish(undefined, false);
      else readBody(response, options.maxBytes ?? 1_048_576, finish, reject);
    });
    request.end(options.send);
  });
}

function readBody(
  response: IncomingMessage,
  maxBytes: number,
  finish: (body: string, cut: boolean) => void,
  reject: (error: Error) => void,
): void {
  const chunks: Buffer[] = [];
  let size = 0;
  response.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > maxBytes) finish('', true);
    else chunks.push(chunk);
  });
  response.on('end', () => {
    finish(Buffer.concat(chunks).toString('utf8'), false);
  });
  response.on('error', reject);
  response.on('aborted', () => {
    reject(new Error('the answer broke off'));
  });
}

function daysLeft(response: IncomingMessage, now: number): number | undefined {
  const socket = response.socket as Partial<Pick<TLSSocket, 'getPeerCertificate'>>;
  if (!socket.getPeerCertificate) return undefined;
  const end = Date.parse(socket.getPeerCertificate().valid_to);
  return Number.isNaN(end) ? undefined : Math.floor((end - now) / 86_400_000);
}
