import type { NoticeKind } from '../decision/step.ts';

/** How bad it is. */
export type Severity = 'info' | 'warn' | 'error';

/** Something that people should hear of. */
export interface Notice {
  readonly at: Date;
  readonly target: string;
  readonly kind: NoticeKind;
  readonly severity: Severity;
  /** One sentence. */
  readonly text: string;
}

/** What a notifier is given: one or more notices that came close together. */
export interface NoticeMessage {
  /** The name of the machine. */
  readonly machine: string;
  readonly severity: Severity;
  /** One line. */
  readonly subject: string;
  /** One line for each notice. */
  readonly text: string;
  readonly notices: readonly Notice[];
  /** Notices that were left out, because there were too many. */
  readonly omitted: number;
}

/** A way to tell people. What it throws is tried again, then dropped; it never stops the watchdog. */
export interface Notifier {
  readonly name: string;
  notify(message: NoticeMessage, signal: AbortSignal): Promise<void>;
  close?(): void | Promise<void>;
}

const SEVERITY = {
  failed: 'warn',
  acting: 'warn',
  actionFailed: 'error',
  gaveUp: 'error',
  recovered: 'info',
} as const satisfies Record<NoticeKind, Severity>;

export function createNotice(at: number, target: string, kind: NoticeKind, reason: string, doing: string): Notice {
  const because = reason ? ` (${reason})` : '';
  const text = {
    failed: `${target} does not work${because}`,
    acting: `${target}: ${doing}${because}`,
    actionFailed: `${target}: ${doing} failed${because}`,
    gaveUp: `${target} is given up for now${because}`,
    recovered: `${target} works again`,
  }[kind];
  return { at: new Date(at), target, kind, severity: SEVERITY[kind], text };
}

const ORDER: readonly Severity[] = ['info', 'warn', 'error'];
const MOST = 100;

/** Puts notices into one message. Pure. */
export function groupNotices(all: readonly Notice[], machine: string, omittedBefore: number): NoticeMessage {
  const notices = all.slice(0, MOST);
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
  return { machine, severity, subject: oneLine(`[${machine}] ${subject}`), text: lines.join('\n'), notices, omitted };
}

function oneLine(text: string): string {
  const line = text.replace(/[\r\n\t]+/g, ' ');
  return line.length > 200 ? `${line.slice(0, 199)}…` : line;
}
