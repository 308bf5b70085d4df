import type { EventSeverity } from '../../scm/event-log.ts';
import type { MessageText } from '../../scm/message-file.ts';

/** Language of a text that is given without one. FormatMessage falls back to English on every Windows. */
export const DEFAULT_LANGUAGE = 'en';

/** Event of a catalogue, as `defineEvents` checked it. */
export interface CatalogEvent {
  /** Name in the catalogue. */
  readonly name: string;
  /** Identifier that Event Viewer shows, 0 to 65535. */
  readonly id: number;
  /** Whole identifier, with the severity in its two highest bits, as in the message file. */
  readonly eventId: number;
  /** Severity of every record of this event. */
  readonly severity: EventSeverity;
  /** Number of the category; 0: none. */
  readonly category: number;
  /** Texts by language tag. */
  readonly texts: Readonly<Record<string, string>>;
  /** Number of parameters. */
  readonly parameters: number;
  /** Names of the parameters, in the order of `%1`, `%2`, …; `undefined`: they have none. */
  readonly names: readonly string[] | undefined;
}

/** Content of a catalogue, apart from its functions. */
export interface CatalogData {
  readonly events: readonly CatalogEvent[];
  readonly categories: readonly { readonly name: string; readonly texts: Readonly<Record<string, string>> }[];
}

/**
 * Two highest bits of an event identifier.
 *
 * Source: https://learn.microsoft.com/windows/win32/eventlog/event-identifiers
 */
const SEVERITY_BITS: Record<EventSeverity, number> = {
  success: 0,
  info: 1,
  warn: 2,
  error: 3,
  // Message files have no severity for audits.
  auditSuccess: 0,
  auditFailure: 0,
};

/** Returns the identifier as it is in the message file: severity and id. */
export function fullEventId(severity: EventSeverity, id: number): number {
  return ((SEVERITY_BITS[severity] << 30) | id) >>> 0;
}

/** Texts of a catalogue for a message file: its events, and its categories under the numbers 1, 2, … */
export function toMessages({ events, categories }: CatalogData): MessageText[] {
  return [
    ...categories.map(({ texts }, index) => ({ id: index + 1, texts })),
    ...events.map(({ eventId, texts }) => ({ id: eventId, texts })),
  ];
}
