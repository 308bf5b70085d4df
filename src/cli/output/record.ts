import { inspect } from 'node:util';
import type { Printer } from './printer.ts';
import type { Style } from './style.ts';
import { printable } from './printable.ts';
import { lookUp } from '../../util/look-up.ts';

/** Record of a log or of the event log. */
export interface ShownRecord {
  readonly time: Date | undefined;
  readonly level: string;
  /** Text between level and message. */
  readonly label?: string | undefined;
  readonly message: string;
  readonly data?: Readonly<Record<string, unknown>>;
}

const COLOURS: Readonly<Record<string, Parameters<Style>[0]>> = {
  critical: 'red',
  error: 'red',
  warn: 'yellow',
  info: 'green',
};

/** Formats a record in one line; further lines of its message, and stacks of its errors, are indented below. */
export function renderRecord({ style }: Printer, { time, level, label, message, data = {} }: ShownRecord): string {
  const [first = '', ...more] = message.trimEnd().split(/\r?\n/);
  const facts: string[] = [];
  const below = more;
  for (const [key, value] of Object.entries(data)) {
    const stack = stackOf(value);
    if (stack === undefined) facts.push(`${key}=${short(value)}`);
    else below.push(...stack.split(/\r?\n/));
  }
  const head = [
    time === undefined ? undefined : style('dim', time.toISOString()),
    paintLevel(style, level),
    label === undefined ? undefined : style('cyan', printable(label)),
    printable(first),
    facts.length === 0 ? undefined : style('dim', printable(facts.join(' '))),
  ].filter((part) => part !== undefined && part !== '');
  return `${[head.join(' '), ...below.map((line) => `    ${style('dim', printable(line))}`)].join('\n')}\n`;
}

function paintLevel(style: Style, level: string): string {
  if (level === '') return '';
  const text = level.toUpperCase().padEnd(5);
  const colour = lookUp(COLOURS, level);
  return colour ? style(colour, text) : style('dim', text);
}

function short(value: unknown): string {
  return typeof value === 'string' ? value : inspect(value, { breakLength: Infinity, depth: 4 });
}

/** Reads the stack of an error in JSON, and of its causes. */
function stackOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !('stack' in value) || typeof value.stack !== 'string') {
    return undefined;
  }
  const cause = 'cause' in value ? value.cause : undefined;
  if (cause === undefined) return value.stack;
  return `${value.stack}\ncaused by: ${stackOf(cause) ?? short(cause)}`;
}
