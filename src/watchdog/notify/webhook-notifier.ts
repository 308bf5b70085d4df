import * as z from 'zod/mini';
import { checkOptions } from '../../errors/check-options.ts';
import { httpHeaders, httpUrl, oneOf, text } from '../../util/option-types.ts';
import type { Notifier } from './notice.ts';
import { post } from './post.ts';
import { type WebhookFormat, webhookRefusal, webhookRequest } from './webhook-forms.ts';

/** Options of `webhookNotifier`. */
export interface WebhookNotifierOptions {
  /** `http:` or `https:` URL. It often is a secret, so messages and errors show its host only. */
  readonly url: string | URL;
  /** Form of the message. Default `'json'`: a {@link NoticeMessage} as it is. */
  readonly format?: WebhookFormat;
  /**
   * Signs each request, by Standard Webhooks: `whsec_` and the key in base64, or a text of your own. DingTalk gets its
   * own signature.
   *
   * Source: https://www.standardwebhooks.com
   */
  readonly secret?: string;
  /** More headers. */
  readonly headers?: Readonly<Record<string, string>>;
}

const schema = z.strictObject({
  url: httpUrl,
  format: z.optional(oneOf('json', 'slack', 'teams', 'wecom', 'dingtalk')),
  secret: z.optional(text),
  headers: z.optional(httpHeaders),
});

/**
 * Posts notices to a URL, in the form that its service needs. A `Retry-After` of the server is followed.
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
      const request = { to: 'the webhook', url, headers: { ...headers, ...options.headers }, body };
      const refused = webhookRefusal(format, await post(request, signal));
      if (refused !== undefined) throw new Error(`the webhook at ${url.host} refused the message: ${refused}`);
    },
  };
}
