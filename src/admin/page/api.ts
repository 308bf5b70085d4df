import type { AdminProblem } from '../api/schemas/problem.ts';

/** Refusal by the server. */
export class Refusal extends Error {
  readonly status: number;
  readonly problem: AdminProblem | undefined;

  constructor(status: number, problem: AdminProblem | undefined) {
    super(problem ? `${problem.detail} ${problem.hint}` : `The server answered ${status}.`);
    this.status = status;
    this.problem = problem;
  }
}

/** Options of a request. */
export interface RequestParts {
  readonly method?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

let onLogout: () => void = () => undefined;

/** Sets the function to call when a session has expired. */
export function whenLoggedOut(fn: () => void): void {
  onLogout = fn;
}

/** Sends a request to the API. @throws Refusal */
export async function send(
  path: string,
  { method = 'GET', body, headers, signal }: RequestParts = {},
): Promise<Response> {
  const response = await fetch(`api/v1/${path}`, {
    method,
    headers: { ...(body !== undefined && { 'Content-Type': 'application/json' }), ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    ...(signal && { signal }),
  });
  if (response.ok) return response;
  if (response.status === 401 && path !== 'session') onLogout();
  const isProblem = response.headers.get('content-type')?.startsWith('application/problem+json') === true;
  throw new Refusal(response.status, isProblem ? ((await response.json()) as AdminProblem) : undefined);
}

/** Sends a request and returns the JSON of its answer. @throws Refusal */
export async function ask<T>(path: string, parts: RequestParts = {}): Promise<T> {
  return (await (await send(path, parts)).json()) as T;
}

/** Path of a service; its name may have any characters. */
export function pathOf(name: string, rest = ''): string {
  return `services/${encodeURIComponent(name)}${rest}`;
}

/** Reads NDJSON until it ends or the signal aborts. */
export async function* readLines<T>(path: string, signal: AbortSignal): AsyncGenerator<T, void> {
  const { body } = await send(path, { signal });
  if (!body) return;
  let text = '';
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const lines = (text + value).split('\n');
    text = lines.pop() ?? '';
    for (const line of lines) if (line !== '') yield JSON.parse(line) as T;
  }
}
