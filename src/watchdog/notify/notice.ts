import { randomUUID } from 'node:crypto';
import type { Clock } from '../../util/clock.ts';
import { cleanText } from '../decision/clean-text.ts';
import type { NoticeKind } from '../decision/watch-status.ts';

/** Severity of a notice. */
export type Severity = 'info' | 'warn' | 'error';

/** Message about a target, for people. */
export interface Notice {
  /** Time of day. */
  readonly at: Date;
  /** Name of the target. */
  readonly target: string;
  /**
   * - `failed`: the target failed
   * - `acting`: an action begins
   * - `notRecorded`: the state file can't be written, so that a restart of the watchdog forgets the action
   * - `actionFailed`: an action failed
   * - `gaveUp`: too many actions, or one that can't help; the target is left alone for the quiet time
   * - `recovered`: the target is normal again
   */
  readonly kind: NoticeKind;
  /** Severity that follows from the kind. */
  readonly severity: Severity;
  /** One sentence, in one line. */
  readonly text: string;
}

/** One or more notices that were close together, for one delivery. */
export interface NoticeMessage {
  /**
   * Identifier of the message. It is the same for every attempt to deliver it, so that a receiver can drop duplicates.
   */
  readonly id: string;
  /** Name of the machine. */
  readonly machine: string;
  /** The worst severity of its notices. */
  readonly severity: Severity;
  /** One line. */
  readonly subject: string;
  /** One line for each notice. */
  readonly text: string;
  /** Notices, in their order; at most 100. */
  readonly notices: readonly Notice[];
  /** Number of notices that were dropped because too many waited. */
  readonly omitted: number;
}

/** Surroundings of a notifier. */
export interface NotifierContext {
  /** Source of time and timers. */
  readonly clock: Clock;
  /** Reports a failure outside of `notify`: the watchdog emits it as `error`. */
  failed(error: Error): void;
}

/** Way to notify people. A failure never stops the watchdog or another notifier. */
export interface Notifier {
  /** Name in errors and in the state file. */
  readonly name: string;
  /**
   * Delivers a message. When it throws or takes longer than 30 s, the message is kept and tried again after 1 s, 2 s, …
   * up to 5 min, or after `retryAfterMs` milliseconds, a property of the error, up to 1 h.
   */
  notify(message: NoticeMessage, signal: AbortSignal): Promise<void>;
  /** Called when the watchdog starts. */
  start?(context: NotifierContext): void;
  /** Called when the watchdog is closed. */
  close?(): void | Promise<void>;
}

const SEVERITY = {
  failed: 'warn',
  acting: 'warn',
  notRecorded: 'warn',
  actionFailed: 'error',
  gaveUp: 'error',
  recovered: 'info',
} as const satisfies Record<NoticeKind, Severity>;

/** Notice for an event of a target. Pure. */
export function createNotice(at: number, target: string, kind: NoticeKind, reason: string, doing: string): Notice {
  const because = reason ? ` (${reason})` : '';
  const text = {
    failed: `${target} does not work${because}`,
    acting: `${target}: ${doing}${because}`,
    notRecorded: `${target}: ${doing} is not recorded${because}: after a restart of the watchdog it does not count`,
    actionFailed: `${target}: ${doing} failed${because}`,
    gaveUp: `${target}: gave up for now${because}`,
    recovered: `${target} works again`,
  }[kind];
  return { at: new Date(at), target, kind, severity: SEVERITY[kind], text };
}

const ORDER: readonly Severity[] = ['info', 'warn', 'error'];
/** Notices in one message. */
export const MAX_GROUP = 100;

/** Puts notices into one message. */
export function groupNotices(all: readonly Notice[], machine: string, omittedBefore: number): NoticeMessage {
  const notices = all.slice(0, MAX_GROUP);
  const omitted = omittedBefore + all.length - notices.length;
  const severity = ORDER[Math.max(...all.map((notice) => ORDER.indexOf(notice.severity)))] ?? 'info';
  const targets = [...new Set(all.map(({ target }) => target))];
  const [only] = all;
  const subject =
    all.length === 1 && only
      ? only.text
      : `${all.length} notices on ${targets.length === 1 ? targets[0] : `${targets.length} targets`}`;
  const lines = notices.map(({ at, severity: its, text }) => `${at.toISOString()} ${its.toUpperCase()} ${text}`);
  if (omitted > 0) lines.push(`${omitted} more ${omitted === 1 ? 'notice was' : 'notices were'} left out.`);
  return {
    id: `msg_${randomUUID()}`,
    machine,
    severity,
    subject: oneLine(`[${machine}] ${subject}`),
    text: lines.join('\n'),
    notices,
    omitted,
  };
}

function oneLine(text: string): string {
  const line = cleanText(text);
  return line.length > 200 ? `${line.slice(0, 199)}…` : line;
}
