import * as z from 'zod/mini';
import { checkOptions } from '../errors/check-options.ts';
import type { MessageButtons, MessageStyle, UserMessage } from '../scm/sessions.ts';
import { type Duration, toMs } from '../util/duration.ts';
import { flag, interval, oneOf, wholeNumber } from '../util/option-types.ts';

/**
 * Session that a message is shown in. `'console'`: that of the user at the machine. `'active'`: that of a user who is
 * logged on and connected, at the machine first. `'all'`: every session with a user. A number: that session.
 */
export type MessageTarget = number | 'console' | 'active' | 'all';

/** Message box for a user who is logged on. */
export interface MessageOptions {
  /** Text of the title bar, 1 to 256 characters. */
  readonly title: string;
  /** Text, 1 to 8,192 characters; `\n` begins a new line. */
  readonly text: string;
  /** Session that shows it. Default `'active'`. */
  readonly session?: MessageTarget;
  /** Buttons. Default `'ok'`. */
  readonly buttons?: MessageButtons;
  /** Icon. Default `'info'`. */
  readonly style?: MessageStyle;
  /** Time after which the box closes by itself, rounded up to whole seconds. Default: never. */
  readonly timeout?: Duration;
  /**
   * `true`: wait for the answer, on a thread of its own (about 12 MB) and not on the event loop. `false`: the answer is
   * `'async'` as soon as Windows has taken the message. Default `true`.
   */
  readonly wait?: boolean;
  /** Ends the wait. The box stays until its `timeout`: Windows has no call that closes it. Default: none. */
  readonly signal?: AbortSignal;
}

/** Largest number of a session. The one above it means none. */
export const MAX_SESSION_ID = 2 ** 32 - 2;

const shownText = (max: number) =>
  z
    .string('must be a text')
    .check(
      z.minLength(1, 'must not be empty'),
      z.maxLength(max, `must have at most ${max} characters`),
      z.regex(/^[^\0]*$/, 'must not have a NUL character'),
    );

const messageSchema = z.strictObject({
  title: shownText(256),
  text: shownText(8_192),
  session: z.optional(
    z.union(
      [wholeNumber(0, MAX_SESSION_ID), z.enum(['console', 'active', 'all'])],
      "must be the number of a session or 'console', 'active' or 'all'",
    ),
  ),
  buttons: z.optional(
    oneOf('ok', 'okCancel', 'abortRetryIgnore', 'yesNoCancel', 'yesNo', 'retryCancel', 'cancelTryContinue'),
  ),
  style: z.optional(oneOf('plain', 'info', 'question', 'warning', 'error')),
  timeout: z.optional(interval),
  wait: z.optional(flag),
  signal: z.optional(z.custom((value) => value instanceof AbortSignal, 'must be an AbortSignal')),
});

/** Checks the options. @throws ServiceError INVALID_OPTIONS */
export function parseMessage(options: MessageOptions): {
  readonly target: MessageTarget;
  readonly message: UserMessage;
} {
  checkOptions('sendMessageToUser', messageSchema, options);
  const { title, text, session = 'active', buttons = 'ok', style = 'info', timeout, wait = true } = options;
  const timeoutSeconds = timeout === undefined ? 0 : Math.ceil(toMs(timeout) / 1_000);
  return { target: session, message: { title, text, buttons, style, timeoutSeconds, wait } };
}
