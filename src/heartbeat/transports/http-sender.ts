import { Agent, request as requestPlain } from 'node:http';
import { HeartbeatRefusal, type Transport } from './send.ts';

/** Sends each heartbeat as a POST, on a connection that is kept. */
export async function httpTransport(url: URL): Promise<Transport> {
  const https = url.protocol === 'https:' ? await import('node:https') : undefined;
  const agent = https
    ? new https.Agent({ keepAlive: true, maxSockets: 2 })
    : new Agent({ keepAlive: true, maxSockets: 2 });
  const open = https?.request ?? requestPlain;
  return {
    send: (line, signal) =>
      new Promise((resolve, reject) => {
        const request = open(url, {
          method: 'POST',
          agent,
          signal,
          headers: { 'Content-Type': 'text/plain', 'Content-Length': Buffer.byteLength(line) },
        });
        request.on('error', reject);
        request.on('response', (response) => {
          const status = response.statusCode ?? 0;
          let text = '';
          response.setEncoding('utf8');
          response.on('data', (chunk: string) => {
            text = (text + chunk).slice(0, 200);
            // A server with a long answer isn't a receiver of heartbeats.
            if (text.length === 200) request.destroy();
          });
          response.on('error', () => undefined);
          response.on('close', () => {
            if (status === 204) resolve();
            else if (status >= 500) reject(new Error(`the receiver answered ${status} ${text}`.trim()));
            else reject(new HeartbeatRefusal(status === 200 ? 'it is something else' : text || `status ${status}`));
          });
        });
        request.end(line);
      }),
    close() {
      agent.destroy();
    },
  };
}
