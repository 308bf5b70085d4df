import { Agent, get } from 'node:http';

/** What clients saw. */
export interface LoadResult {
  readonly sent: number;
  readonly failed: number;
  /** Longest time from the first failure to the next answer, in milliseconds. */
  readonly outageMs: number;
  /** Number of failures by their code. */
  readonly reasons: Readonly<Record<string, number>>;
  /** Number of answers and failures in each second, for the message of a failed test. */
  readonly timeline: string;
  /** Bodies of the answers. */
  readonly answers: ReadonlySet<string>;
}

interface Outcome {
  /** Time of the end: on a loaded machine requests wait in the agent, and fail long after they were made. */
  readonly at: number;
  readonly ok: boolean;
  readonly why?: string;
}

export interface Load {
  readonly answered: number;
  stop(): Promise<LoadResult>;
}

const STEP_MS = 10;
/** A machine with other things to do answers late, which is no failure of the upgrade. */
const PATIENCE_MS = 30_000;

/** Sends so many requests a second, each without regard to those before, until it is stopped. */
export function applyLoad(url: string, perSecond: number): Load {
  // As browsers and proxies: connections are kept. A new one for each request is more than Wine's accept queue takes on a
  // loaded machine: it resets them, whatever the service does.
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const pending = new Set<Promise<void>>();
  const answers = new Set<string>();
  const reasons = new Map<string, number>();
  const began = performance.now();
  let [sent, failed, answered] = [0, 0, 0];
  const results: Outcome[] = [];

  function send(): void {
    sent += 1;
    const request = ask(url, agent).then(
      (body) => {
        answered += 1;
        answers.add(body);
        results.push({ at: performance.now(), ok: true });
      },
      (error: unknown) => {
        failed += 1;
        const { code, message } = error as NodeJS.ErrnoException;
        const why = code ?? message;
        reasons.set(why, (reasons.get(why) ?? 0) + 1);
        results.push({ at: performance.now(), ok: false, why });
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
      return {
        sent,
        failed,
        outageMs: Math.round(longestOutage(results)),
        answers,
        reasons: Object.fromEntries(reasons),
        timeline: toTimeline(results),
      };
    },
  };
}

function toTimeline(results: readonly Outcome[]): string {
  const first = Math.min(...results.map(({ at }) => at));
  const counts = new Map<string, number>();
  for (const { at, why } of results) {
    const key = `${String(Math.floor((at - first) / 1_000)).padStart(4)} s ${why ?? 'ok'}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts]
    .sort()
    .map(([key, count]) => `${key}: ${count}`)
    .join('\n');
}

function longestOutage(results: Outcome[]): number {
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
    const request = get(url, { agent, timeout: PATIENCE_MS }, (response) => {
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
