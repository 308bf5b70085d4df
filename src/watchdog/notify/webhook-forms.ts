import { createHmac } from 'node:crypto';
import type { NoticeMessage } from './notice.ts';
import { cutBytes, cutJsonBytes, plainMarkdown } from './plain-markdown.ts';

/** Service behind a webhook. */
export type WebhookFormat = 'json' | 'slack' | 'teams' | 'wecom' | 'dingtalk';

/** A request, ready to be sent. */
export interface WebhookRequest {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

type Form = (message: NoticeMessage) => unknown;

/** Teams takes 28 KB, the rest of the card included. */
const TEAMS_BYTES = 25_000;

/** Form of a message for each service, within the length that it takes. */
const FORMS: Readonly<Record<WebhookFormat, Form>> = {
  json: ({ id, machine, severity, subject, text, notices, omitted }) => ({
    id,
    machine,
    severity,
    subject,
    text,
    notices,
    omitted,
  }),
  // https://api.slack.com/reference/surfaces/formatting
  slack: ({ subject, text }) => {
    const escaped = (part: string): string =>
      part.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
    return { text: `*${escaped(subject)}*\n${cut(escaped(text), 3_500)}` };
  },
  // https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/add-incoming-webhook
  teams: ({ subject, text, severity }) => ({
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        content: {
          $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
          type: 'AdaptiveCard',
          version: '1.4',
          body: [
            {
              type: 'TextBlock',
              text: plainMarkdown(subject),
              weight: 'Bolder',
              wrap: true,
              color: { info: 'Good', warn: 'Warning', error: 'Attention' }[severity],
            },
            {
              type: 'TextBlock',
              text: cutJsonBytes(plainMarkdown(text).replaceAll('\n', '\n\n'), TEAMS_BYTES),
              wrap: true,
            },
          ],
        },
      },
    ],
  }),
  // https://developer.work.weixin.qq.com/document/path/91770
  wecom: ({ subject, text }) => ({
    msgtype: 'markdown',
    markdown: { content: cutBytes(`**${plainMarkdown(subject)}**\n${plainMarkdown(text)}`, 4_096) },
  }),
  // https://open.dingtalk.com/document/robots/custom-robot-access
  dingtalk: ({ subject, text }) => ({
    msgtype: 'markdown',
    markdown: {
      title: plainMarkdown(subject),
      text: cutJsonBytes(`**${plainMarkdown(subject)}**\n\n${plainMarkdown(text).replaceAll('\n', '\n\n')}`, 18_000),
    },
  }),
};

/**
 * Puts a message into the form of a service and signs it. DingTalk has a signature of its own, in the URL. The others
 * get the headers of Standard Webhooks and, for one more release, `X-Winsvc-Signature`. Pure.
 */
export function webhookRequest(
  url: string | URL,
  format: WebhookFormat,
  secret: string | undefined,
  message: NoticeMessage,
  now: number,
): WebhookRequest {
  const target = new URL(url);
  const body = JSON.stringify(FORMS[format](message));
  const headers: Record<string, string> = { 'Content-Type': 'application/json; charset=utf-8' };
  if (secret !== undefined && format === 'dingtalk') {
    target.searchParams.set('timestamp', String(now));
    target.searchParams.set('sign', createHmac('sha256', secret).update(`${now}\n${secret}`).digest('base64'));
  } else if (secret !== undefined) {
    const seconds = Math.floor(now / 1_000);
    Object.assign(headers, standardHeaders(secret, message.id, seconds, body));
    const mac = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex');
    headers['X-Winsvc-Signature'] = `t=${seconds},v1=${mac}`;
  }
  return { url: target, headers, body };
}

/** https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md */
function standardHeaders(secret: string, id: string, seconds: number, body: string): Record<string, string> {
  const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice('whsec_'.length), 'base64') : secret;
  const mac = createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': String(seconds), 'webhook-signature': `v1,${mac}` };
}

/** Some services answer 200 to everything and say in the body whether it went well. */
export function webhookRefusal(format: WebhookFormat, body: string): string | undefined {
  if (format !== 'wecom' && format !== 'dingtalk') return undefined;
  try {
    const { errcode, errmsg } = JSON.parse(body) as { errcode?: unknown; errmsg?: unknown };
    return errcode === 0 ? undefined : `errcode ${String(errcode)}: ${String(errmsg)}`;
  } catch {
    return 'its answer is not JSON';
  }
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}
