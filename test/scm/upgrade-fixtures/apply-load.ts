import { Agent, get } from 'node:http';

/** What clients saw. */
export interface LoadResult {
  readonly sent: number;
  readonly failed: number;
  /** Longest time from the first request that failed to the next one that was answered, in milliseconds. */
  readonly outageMs: number;
  /** Bodies of the answers. */
  readonly answers: ReadonlySet<string>;
}

export interface Load {
  readonly answered: number;
  stop(): Promise<LoadResult>;
}

const STEP_MS = 10;

/** Sends so many requests a second, each without regard to those before, until it is stopped. */
export function applyLoad(url: string, perSecond: number): Load {
  // Each request has a connection of its own: a new client, which a stopping server doesn't keep.
  const agent = new Agent({ keepAlive: false, maxSockets: Infinity });
  const pending = new Set<Promise<void>>();
  const answers = new Set<string>();
  const began = performance.now();
  let [sent, failed, answered] = [0, 0, 0];
  const results: { readonly at: number; readonly ok: boolean }[] = [];

  function send(): void {
    sent += 1;
    const at = performance.now();
    const request = ask(url, agent).then(
      (body) => {
        answered += 1;
        answers.add(body);
        results.push({ at, ok: true });
      },
      () => {
        failed += 1;
        results.push({ at, ok: false });
      },
    );
    pending.add(request);
    void request.finally(() => pending.delete(request));
  }
  const timer = setInterval(() => {
    const due = Math.floor(((performance.now() - began) * perSecond) / 1_000);
    while (sent < due) send();
  }, STEP_MS);
  return {
    get answered() {
      return answered;
    },
    async stop() {
      clearInterval(timer);
      await Promise.all(pending);
      agent.destroy();
      return { sent, failed, outageMs: Math.round(longestOutage(results)), answers };
    },
  };
}

function longestOutage(results: { readonly at: number; readonly ok: boolean }[]): number {
  results.sort((a, b) => a.at - b.at);
  let [longest, since] = [0, undefined as number | undefined];
  for (const { at, ok } of results) {
    if (!ok) since ??= at;
    else if (since !== undefined) {
      longest = Math.max(longest, at - since);
      since = undefined;
    }
  }
  return longest;
}

function ask(url: string, agent: Agent): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent, timeout: 5_000 }, (response) => {
      response.setEncoding('utf8');
      let body = '';
      response.on('data', (text: string) => (body += text));
      response.on('error', reject);
      response.on('end', () => {
        if (response.statusCode === 200) resolve(body);
        else reject(new Error(`status ${response.statusCode}`));
      });
    });
    request.on('timeout', () => request.destroy(new Error('timeout')));
    request.on('error', reject);
  });
}
