import * as z from 'zod/mini';
import type { Duration } from '../../util/duration.ts';
import { flag, interval, text, wholeNumber } from '../../util/option-types.ts';
import type { CheckOptions } from '../check.ts';

/** Options of `httpCheck`. */
export interface HttpCheckOptions extends CheckOptions {
  /** Name of the check. Default `'http HOST/PATH'`. */
  readonly name?: string;
  /** Method of the request. Default `'GET'`. */
  readonly method?: string;
  /** Headers of the request. Default: none. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Body of the request. Default: none. */
  readonly send?: string;
  /** Status that passes: one, several, or a range. Default 200 to 299. Redirects are not followed: a 302 is an answer with status 302. */
  readonly status?: number | readonly number[] | { readonly from: number; readonly to: number };
  /** Content that the body must have: a text, a pattern, or a value at a path of its JSON. */
  readonly body?: string | RegExp | JsonExpectation;
  /** Headers that the answer must have. */
  readonly expectHeaders?: Readonly<Record<string, string | RegExp>>;
  /** An answer that takes longer is a warning. Default: none. */
  readonly slow?: Duration;
  /** A longer body is cut off, and fails the check when `body` is set. Default 1 MiB. */
  readonly maxBytes?: number;
  /** TLS settings of an `https:` URL. Default: those of Node.js. */
  readonly tls?: HttpTlsOptions;
}

/** A value that must be in the JSON of a body. */
export interface JsonExpectation {
  /** `'status'`, `'queues[0].depth'` */
  readonly json: string;
  /** The value that must be there; without it any value but `false`, `null` and none will do. */
  readonly equals?: string | number | boolean | null;
}

/** TLS settings for an https: URL. */
export interface HttpTlsOptions {
  /**
   * PEM text of the authorities to trust instead of those of Node.js. For those of the Windows certificate store, start
   * Node.js with `--use-system-ca` instead.
   */
  readonly ca?: string;
  /** Default `true`. */
  readonly rejectUnauthorized?: boolean;
  /** The name that the certificate must have. Default: the host of the URL. */
  readonly servername?: string;
  /** A certificate that ends sooner is a warning. Default 14 days; 0 for none. */
  readonly minDaysLeft?: number;
}

const pattern = z.custom((value) => value instanceof RegExp, 'must be a RegExp');
const status = wholeNumber(100, 599);
const texts = z.record(z.string(), z.string('must be a text'), 'must be an object of texts');

export const httpShape = {
  url: z.custom((value) => isHttpUrl(value), 'must be an http: or https: URL'),
  method: z.optional(text),
  headers: z.optional(texts),
  send: z.optional(z.string('must be a text')),
  status: z.optional(
    z.union(
      [status, z.array(status), z.strictObject({ from: status, to: status })],
      'must be a status, a list, or { from, to }',
    ),
  ),
  body: z.optional(
    z.union(
      [text, pattern, z.strictObject({ json: text, equals: z.optional(z.any()) })],
      'must be a text, a RegExp or { json, equals }',
    ),
  ),
  expectHeaders: z.optional(z.record(z.string(), z.union([z.string(), pattern], 'must be a text or a RegExp'))),
  slow: z.optional(interval),
  maxBytes: z.optional(wholeNumber(1)),
  tls: z.optional(
    z.strictObject({
      ca: z.optional(text),
      rejectUnauthorized: z.optional(flag),
      servername: z.optional(text),
      minDaysLeft: z.optional(wholeNumber(0)),
    }),
  ),
};

function isHttpUrl(value: unknown): boolean {
  if (typeof value !== 'string' && !(value instanceof URL)) return false;
  return URL.canParse(String(value)) && /^https?:$/.test(new URL(value).protocol);
}
