import { ServiceError } from '../../errors/service-error.ts';
import type { AdminProblem } from '../api/schemas/problem.ts';
import type { AdminClientOptions } from './client-options.ts';
import { AdminError } from './admin-error.ts';

type Query = Readonly<Record<string, string | number | boolean | undefined>>;

interface SendOptions {
  readonly query?: Query;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

/** Requests of a client: address, credential, and problem documents as errors. */
export class Requests {
  readonly #base: URL;
  readonly #options: AdminClientOptions;

  /** @throws ServiceError INVALID_OPTIONS */
  constructor(options: AdminClientOptions) {
    if (!URL.canParse(options.url))
      throw new ServiceError('INVALID_OPTIONS', `createAdminClient: url must be a URL; got '${options.url}'.`);
    this.#base = new URL('api/v1/', options.url.endsWith('/') ? options.url : `${options.url}/`);
    this.#options = options;
  }

  /** Reads JSON. @throws AdminError */
  get<T>(path: string, query: Query = {}): Promise<T> {
    return this.send('GET', path, undefined, { query });
  }

  /** Sends JSON and reads the answer. @throws AdminError */
  async send<T>(method: string, path: string, body?: unknown, options: SendOptions = {}): Promise<T> {
    return (await (await this.request(method, path, body, options)).json()) as T;
  }

  /** Sends a request and returns its answer. @throws AdminError when the server refuses */
  async request(method: string, path: string, body?: unknown, options: SendOptions = {}): Promise<Response> {
    const url = new URL(path, this.#base);
    for (const [name, value] of Object.entries(options.query ?? {}))
      if (value !== undefined && value !== false) url.searchParams.set(name, String(value));
    const { token, fetch = globalThis.fetch } = this.#options;
    const request = new Request(url, {
      method,
      headers: {
        Accept: 'application/json',
        ...(token !== undefined && { Authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
        ...options.headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(options.signal && { signal: options.signal }),
      // A redirect must not send the token to another server.
      redirect: 'error',
    });
    const response = await fetch(request);
    if (response.ok) return response;
    const type = response.headers.get('content-type') ?? '';
    throw new AdminError(
      response.status,
      type.startsWith('application/problem+json') ? ((await response.json()) as AdminProblem) : undefined,
      `${method} ${url.pathname}`,
    );
  }
}

/** Makes a path with names as parts; all characters are allowed. */
export function path(parts: TemplateStringsArray, ...names: readonly string[]): string {
  return parts.map((part, index) => (index === 0 ? part : encodeURIComponent(names[index - 1] ?? '') + part)).join('');
}
