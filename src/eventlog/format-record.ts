import { describe } from '../util/describe.ts';
import type { MessageExtras } from './event-log.ts';

const EXTRAS = ['eventId', 'category'];

/** A log record as Event Viewer should show it: the message, its data line by line, and the stack. */
export function formatRecord(
  message: string,
  record: Readonly<Record<string, unknown>>,
  hidden: readonly string[],
  stack: unknown,
): string {
  const facts = Object.entries(record)
    .filter(([key, value]) => value !== undefined && !hidden.includes(key) && !EXTRAS.includes(key))
    .map(([key, value]) => `${key}: ${typeof value === 'string' ? value : describe(value, { breakLength: 100 })}`);
  const parts = [message, facts.join('\n'), typeof stack === 'string' ? stack : ''];
  return parts.filter((part) => part !== '').join('\n\n');
}

/** The id and category that a log record asks for. */
export function extrasOf(record: Readonly<Record<string, unknown>>): MessageExtras {
  const { eventId, category } = record;
  return {
    ...(isWord(eventId) ? { id: eventId } : {}),
    ...(isWord(category) ? { category } : {}),
  };
}

function isWord(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 65_535;
}
