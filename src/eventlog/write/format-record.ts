import { describe } from '../../util/describe.ts';
import type { MessageExtras } from './event-log.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Formats a log record for Event Viewer: the message, then its fields line by line, then the stack. */
export function formatRecord(message: string, fields: Fields, stack: unknown): string {
  const lines = Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key}: ${typeof value === 'string' ? value : describe(value, { breakLength: 100 })}`);
  const parts = [message, lines.join('\n'), typeof stack === 'string' ? stack : ''];
  return parts.filter((part) => part !== '').join('\n\n');
}

/** The fields of a record without some of them. */
export function without(fields: Fields, hidden: readonly string[]): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([key]) => !hidden.includes(key)));
}

/**
 * Takes the event id and the category out of the fields of a record. A field of that name with another kind of value, such
 * as a text, is a field like any other.
 */
export function takeExtras(fields: Fields): { readonly extras: MessageExtras; readonly rest: Fields } {
  const { eventId, category, ...rest } = fields;
  return {
    extras: { ...(isEventNumber(eventId) && { id: eventId }), ...(isEventNumber(category) && { category }) },
    rest: {
      ...(!isEventNumber(eventId) && { eventId }),
      ...(!isEventNumber(category) && { category }),
      ...rest,
    },
  };
}

/** Checks an event id or a category: 0 to 65535. */
export function isEventNumber(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 65_535;
}
