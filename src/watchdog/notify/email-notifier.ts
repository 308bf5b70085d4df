import type { Transporter } from 'nodemailer';
import * as z from 'zod/mini';
import { checkOptions } from '../../errors/check-options.ts';
import { optionalPackage } from '../../errors/optional-package.ts';
import { flag, port, text } from '../../util/option-types.ts';
import type { NoticeMessage, Notifier } from './notice.ts';

/** Options of `emailNotifier`. */
export interface EmailNotifierOptions {
  /** Mail server. */
  readonly server: MailServer;
  /** Sender: `'watchdog@example.com'`, `'"Watchdog" <watchdog@example.com>'`. */
  readonly from: string;
  /** Recipient, or several. */
  readonly to: string | readonly string[];
  /** Subject line. Default: that of the message. */
  readonly subject?: (message: NoticeMessage) => string;
}

/** Mail server that accepts the messages. */
export interface MailServer {
  /** Host name or address. */
  readonly host: string;
  /** TCP port. Default 587, with `secure` 465. */
  readonly port?: number;
  /** TLS from the start. Default `false`: STARTTLS where the server has it. */
  readonly secure?: boolean;
  /** Allows mail over a connection without TLS. Default `false`. */
  readonly allowPlain?: boolean;
  /** User name. Default: no authentication. */
  readonly user?: string;
  /** Password; never shown in errors. */
  readonly password?: string;
  /** PEM of the authorities to trust instead of the system's. */
  readonly ca?: string;
}

const schema = z.strictObject({
  server: z.strictObject({
    host: text,
    port: z.optional(port),
    secure: z.optional(flag),
    allowPlain: z.optional(flag),
    user: z.optional(text),
    password: z.optional(z.string('must be a text')),
    ca: z.optional(text),
  }),
  from: text,
  to: z.union([text, z.array(text).check(z.minLength(1, 'must not be empty'))], 'must be an address or a list'),
  subject: z.optional(z.custom((value) => typeof value === 'function', 'must be a function')),
});

/**
 * Sends notices by e-mail, through the package nodemailer. It is loaded with the first notice; without it each notice
 * fails with PACKAGE_MISSING.
 *
 * @throws ServiceError INVALID_OPTIONS
 * @example
 * emailNotifier({ server: { host: 'mail.example.com', user, password }, from: 'watchdog@example.com', to: 'ops@example.com' })
 */
export function emailNotifier(options: EmailNotifierOptions): Notifier {
  const { server } = options as Partial<EmailNotifierOptions>;
  const shown = server?.password === undefined ? options : { ...options, server: { ...server, password: '***' } };
  checkOptions('emailNotifier', schema, shown);
  let transport: Promise<Transporter> | undefined;
  return {
    name: 'e-mail',
    async notify(message) {
      transport ??= createTransport(options.server);
      transport.catch(() => (transport = undefined));
      const mailer = await transport;
      await mailer.sendMail({
        from: options.from,
        to: typeof options.to === 'string' ? options.to : [...options.to],
        subject: options.subject?.(message) ?? message.subject,
        text: `${message.text}\n`,
        // Other programs needn't answer it.
        headers: { 'Auto-Submitted': 'auto-generated' },
      });
    },
    async close() {
      (await transport?.catch(() => undefined))?.close();
    },
  };
}

async function createTransport(server: MailServer): Promise<Transporter> {
  const { createTransport: create } = await optionalPackage('nodemailer', 'emailNotifier', () => import('nodemailer'));
  const { host, secure = false, allowPlain = false, user, password, ca } = server;
  return create({
    host,
    port: server.port ?? (secure ? 465 : 587),
    secure,
    requireTLS: !secure && !allowPlain,
    ...(user !== undefined && { auth: { user, pass: password ?? '' } }),
    ...(ca !== undefined && { tls: { ca } }),
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    socketTimeout: 20_000,
  });
}
