/**
 * Sends a request without a body, and returns the status of the answer. By node:http, which a web program has loaded
 * anyway; `fetch` would load an HTTP client of its own into the program.
 *
 * @throws the error of the connection, or of the signal
 */
export async function sendRequest(url: string, method: string, signal: AbortSignal): Promise<number> {
  const { request } = url.toLowerCase().startsWith('https:') ? await import('node:https') : await import('node:http');
  return new Promise((resolve, reject) => {
    request(url, { method, signal, agent: false }, (response) => {
      response.on('error', reject).resume();
      resolve(response.statusCode ?? 0);
    })
      .on('error', reject)
      .end();
  });
}
