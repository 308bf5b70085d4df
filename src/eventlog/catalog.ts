import type { EventSeverity } from '../scm/event-log.ts';
import type { LanguageTag, MessageText } from '../scm/message-file.ts';

/** The language of a text that is given without one. Every Windows finds English in the end. */
export const DEFAULT_LANGUAGE: LanguageTag = 'en';

/** An event of a catalogue after the check. */
export interface CatalogEvent {
  readonly name: string;
  /** The 16 bits that Event Viewer shows. */
  readonly id: number;
  /** Severity and id, as in the message file. */
  readonly eventId: number;
  readonly severity: EventSeverity;
  readonly category: number;
  readonly texts: Readonly<Record<LanguageTag, string>>;
  readonly parameters: number;
  /** Their names, in the order of `%1`, `%2`, … */
  readonly names: readonly string[] | undefined;
}

/** What a catalogue holds, apart from its functions. */
export interface CatalogData {
  readonly events: readonly CatalogEvent[];
  readonly categories: readonly { readonly name: string; readonly texts: Readonly<Record<LanguageTag, string>> }[];
}

/** The two highest bits of an event id. https://learn.microsoft.com/windows/win32/eventlog/event-identifiers */
const SEVERITY_BITS: Record<EventSeverity, number> = {
  success: 0,
  info: 1,
  warn: 2,
  error: 3,
  // A message compiler has none for audits.
  auditSuccess: 0,
  auditFailure: 0,
};

export function fullEventId(severity: EventSeverity, id: number): number {
  return ((SEVERITY_BITS[severity] << 30) | id) >>> 0;
}

/** Everything that a message file must hold for a catalogue: its events, and its categories under the numbers 1, 2, … */
export function messagesOf({ events, categories }: CatalogData): MessageText[] {
  return [
    ...categories.map(({ texts }, index) => ({ id: index + 1, texts })),
    ...events.map(({ eventId, texts }) => ({ id: eventId, texts })),
  ];
}
