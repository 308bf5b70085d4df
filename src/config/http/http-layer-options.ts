import * as z from 'zod/mini';
import { checkOptions, isObject } from '../../errors/check-options.ts';
import type { Duration } from '../../util/duration.ts';
import { flag, fn, HEADER_VALUE, httpHeaders, httpUrl, interval, oneOf, text } from '../../util/option-types.ts';

/** Options of `httpLayer`. */
export interface HttpLayerOptions {
  /** Address of the configuration, `http:` or `https:`. A login in it is refused: use `headers`. */
  readonly url: string | URL;
  /** Headers of each request, such as `Authorization`, or a function that makes them. Never shown in messages. Default: none. */
  readonly headers?:
    | Readonly<Record<string, string>>
    | (() => Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>);
  /** Time between two requests. With `longPoll`, shortest time between two requests. Default 1 min, with `longPoll` 1 s. */
  readonly every?: Duration;
  /**
   * Lets the server hold each request until the configuration changes. `true`: a conditional request with the header
   * `Prefer: wait=60` (RFC 7240). An object describes the protocol of the server. Default `false`.
   */
  readonly longPoll?: boolean | HttpLongPoll;
  /**
   * Path of a file that keeps the last accepted answer, for a start without the server. It may hold secrets: a missing
   * folder is made for this account, SYSTEM and administrators only, and one that another user made is refused. A relative path begins at the folder of the program. Default: none.
   */
  readonly cacheFile?: string;
  /** Longest time of a request, beyond the wait of a long poll. Default 10 s. */
  readonly timeout?: Duration;
  /** Accepts that neither the server nor the cache has an answer: the weaker layers count. Default `false`. */
  readonly optional?: boolean;
  /** Format of the text. Default: YAML where the Content-Type says so, otherwise JSON. */
  readonly format?: 'json' | 'yaml';
  /** Takes the text of the configuration out of an answer. Default: the body. */
  readonly text?: (answer: HttpAnswer) => string;
  /** Name in messages and in `explainConfig`. Default: `server` and the host of the URL. */
  readonly name?: string;
  /** Source of random numbers from 0 up to 1, for tests. Default `Math.random`. */
  readonly random?: () => number;
}

/** Long poll of a server: a request that is answered when something changed, or when its wait is over. */
export interface HttpLongPoll {
  /** Longest time that the server holds the request. Default 1 min. */
  readonly wait?: Duration;
  /** Makes the request from the last answer. Default: the conditional request. */
  readonly request?: (last: HttpAnswer) => HttpQuery;
  /**
   * For a server that answers a long poll only with whether something changed: returns whether, and the configuration
   * is then requested. Default: the answer is the configuration.
   */
  readonly changed?: (answer: HttpAnswer) => boolean;
}

/** Request of a long poll; what is missing is as in the other requests. */
export interface HttpQuery {
  /** Address. Default: the `url` of the layer. */
  readonly url?: string | URL;
  /** Method. Default `'GET'`. */
  readonly method?: string;
  /** Headers beside those of the layer. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Body. Default: none. */
  readonly body?: string | URLSearchParams;
}

/** Answer of a configuration server. */
export interface HttpAnswer {
  /** Status: 200 to 299. */
  readonly status: number;
  /** Headers. */
  readonly headers: Headers;
  /** Body, decoded as UTF-8; at most 4 MiB. */
  readonly body: string;
}

const schema = z.strictObject({
  url: httpUrl.check(
    z.refine((value) => {
      const { username, password } = new URL(String(value));
      return username === '' && password === '';
    }, 'must have no login: use headers'),
  ),
  headers: z.optional(z.union([httpHeaders, fn], 'must be an object of texts that HTTP allows, or a function')),
  every: z.optional(interval),
  longPoll: z.optional(
    z.union(
      [flag, z.strictObject({ wait: z.optional(interval), request: z.optional(fn), changed: z.optional(fn) })],
      'must be true, false or { wait, request, changed }',
    ),
  ),
  cacheFile: z.optional(text),
  timeout: z.optional(interval),
  optional: z.optional(flag),
  format: z.optional(oneOf('json', 'yaml')),
  text: z.optional(fn),
  name: z.optional(text),
  random: z.optional(fn),
});

/** Checks the options of `httpLayer`. @throws ServiceError INVALID_OPTIONS, without the values of headers */
export function checkHttpLayerOptions(options: HttpLayerOptions): void {
  checkOptions('httpLayer', schema, {
    ...options,
    ...(isObject(options.headers) && { headers: masked(options.headers) }),
  });
}

/** The same names, with values that are as valid and no secrets. */
function masked(headers: object): Record<string, unknown> {
  const mask = (value: unknown): unknown =>
    typeof value === 'string' ? (HEADER_VALUE.test(value) ? '***' : '\0') : null;
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, mask(value)]));
}
