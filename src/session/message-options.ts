import * as z from 'zod/mini';
import { checkOptions } from '../errors/check-options.ts';
import type { MessageButtons, MessageStyle, UserMessage } from '../scm/sessions.ts';
import { type Duration, toMs } from '../util/duration.ts';
import { flag, interval, oneOf, wholeNumber } from '../util/option-types.ts';

/**
 * Whose screen a message goes to. `'console'`: who sits at the machine. `'active'`: the user who is logged on and
 * connected, at the machine if there is one there. `'all'`: everybody who is logged on. A number: that session.
 */
export type MessageTarget = number | 'console' | 'active' | 'all';

/** A message for somebody who is logged on. */
export interface MessageOptions {
  /** What the title bar says: 1 to 256 characters. */
  readonly title: string;
  /** The text; `\n` begins a new line. At most 8,192 characters. */
  readonly text: string;
  /** Default `'active'`. */
  readonly session?: MessageTarget;
  /** Default `'ok'`. */
  readonly buttons?: MessageButtons;
  /** The icon. Default `'info'`. */
  readonly style?: MessageStyle;
  /** When the box closes by itself; in whole seconds, so it is rounded up. Default: never. */
  readonly timeout?: Duration;
  /**
   * Whether to wait for the answer; the wait takes a thread of its own (about 12 MB) and no time of the event loop.
   * Default `true`; `false`: the answer is `'async'` as soon as the box is on its way.
   */
  readonly wait?: boolean;
  /** Ends the wait. The box stays: Windows has no way to close it; a `timeout` does. */
  readonly signal?: AbortSignal;
}

/** The number above it means none. */
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
