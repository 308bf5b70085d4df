import * as z from 'zod/mini';
import { checkOptions } from '../../errors/check-options.ts';
import { oneOf, text } from '../../util/option-types.ts';
import { toError } from '../../util/to-error.ts';
import type { Notifier } from './notice.ts';
import { type WebhookFormat, webhookRefusal, webhookRequest } from './webhook-forms.ts';

/** Options of `webhookNotifier`. */
export interface WebhookNotifierOptions {
  /** It often holds a secret: it is in no message. */
  readonly url: string | URL;
  /** Default `'json'`: the message as it is. */
  readonly format?: WebhookFormat;
  /** Signs each request; see the docs for how to check it. */
  readonly secret?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const MOST = 65_536;

const schema = z.strictObject({
  url: z.custom(
    (value) =>
      (typeof value === 'string' || value instanceof URL) &&
      URL.canParse(String(value)) &&
      /^https?:$/.test(new URL(value).protocol),
    'must be an http: or https: URL',
  ),
  format: z.optional(oneOf('json', 'slack', 'teams', 'wecom', 'dingtalk')),
  secret: z.optional(text),
  headers: z.optional(z.record(z.string(), z.string('must be a text'), 'must be an object of texts')),
});

/**
 * Posts notices to a URL, in the form that its service wants.
 *
 * @throws ServiceError INVALID_OPTIONS
 * @example
 * webhookNotifier({ url: config.slackWebhook, format: 'slack' })
 */
export function webhookNotifier(options: WebhookNotifierOptions): Notifier {
  checkOptions('webhookNotifier', schema, options.secret ? { ...options, secret: '***' } : options);
  const { format = 'json', secret } = options;
  return {
    name: `webhook ${format}`,
    async notify(message, signal) {
      const { url, headers, body } = webhookRequest(options.url, format, secret, message, Date.now());
      // A redirect would hand the signed message to somebody else.
      const init = {
        method: 'POST',
        headers: { ...headers, ...options.headers },
        body,
        signal,
        redirect: 'error',
      } as const;
      const response = await fetch(url, init).catch((thrown: unknown) => {
        throw new Error(`the webhook at ${url.host} cannot be reached: ${causeOf(thrown)}`);
      });
      const answer = await readStart(response);
      const refused = response.ok ? webhookRefusal(format, answer) : `status ${response.status}`;
      if (refused !== undefined) throw new Error(`the webhook at ${url.host} refused the message: ${refused}`);
    },
  };
}

/** No more than a service has to say. */
async function readStart(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const body = response.body as AsyncIterable<Uint8Array> | null;
  for await (const chunk of body ?? []) {
    chunks.push(chunk);
    size += chunk.length;
    // Leaving the loop ends the connection.
    if (size > MOST) break;
  }
  return Buffer.concat(chunks).toString('utf8');
}

function causeOf(thrown: unknown): string {
  const error = toError(thrown);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
