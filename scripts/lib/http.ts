import { get } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';

export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly ms: number;
}

/** GET on a connection of its own: one that is kept alive would hide whether the port is still open. */
export function request(port: number, path: string): Promise<Answer> {
  const began = performance.now();
  return new Promise((resolve, reject) => {
    const call = get({ host: '127.0.0.1', port, path, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => (text += part));
      response.once('end', () => {
        resolve({ status: response.statusCode ?? 0, text: text.trim(), ms: performance.now() - began });
      });
      response.once('error', reject);
    });
    call.once('error', reject);
  });
}

/** The code of the error when nobody listens there: 'ECONNREFUSED'. */
export async function refusal(port: number): Promise<string | undefined> {
  try {
    await request(port, '/');
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  }
}

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
