import { wholeCharacter } from '../../util/whole-character.ts';
import type { EventRecord } from '../../scm/event-log.ts';

/**
 * Most bytes of strings and data in one record. The page of ReportEventW allows 31,839 characters for a string, but the
 * whole record, with the names of source and computer, must fit into 64 KB: 31,698 characters have been refused. The
 * protocol allows 61,440 bytes of data.
 *
 * Sources: https://learn.microsoft.com/windows/win32/api/winbase/nf-winbase-reporteventw,
 * https://learn.microsoft.com/openspecs/windows_protocols/ms-even/1e8cc02c-e5a5-4924-90b5-0aaa69da3571
 */
export const MAX_RECORD_BYTES = 61_440;
/** Most strings of one record. */
export const MAX_STRINGS = 256;
/** Most records for one message. The last one is cut. */
const MAX_PARTS = 16;
/** Room for the marks in place of text that was cut. */
const MARK_BYTES = 128;

const bytesOf = (text: string): number => (text.length + 1) * 2;
const total = (strings: readonly string[]): number => strings.reduce((sum, text) => sum + bytesOf(text), 0);

/** Divides or cuts a record so that it fits the limits. Only a plain message (`split`) becomes several records. */
export function fitRecord(record: EventRecord, split: boolean, maxBytes = MAX_RECORD_BYTES): EventRecord[] {
  const clean = { ...record, strings: cleanStrings(record.strings) };
  if (total(clean.strings) + (clean.data?.length ?? 0) <= maxBytes) return [clean];
  const room = maxBytes - MARK_BYTES;
  const data = cutData(clean.data, Math.max(room - total(clean.strings), Math.floor(room / 2)));
  const [first = ''] = clean.strings;
  const dataMark =
    data === clean.data ? '' : `\r\n[data cut: ${data?.length ?? 0} of ${clean.data?.length ?? 0} bytes]`;
  const forStrings = room - (data?.length ?? 0);
  if (split && clean.strings.length === 1 && total(clean.strings) > forStrings) {
    return splitText(first, Math.floor(forStrings / 2)).map((part, index) => ({
      ...clean,
      strings: [index === 0 ? part + dataMark : part],
      data: index === 0 ? data : undefined,
    }));
  }
  const strings = cutStrings(clean.strings, forStrings);
  return [{ ...clean, strings: [(strings[0] ?? '') + dataMark, ...strings.slice(1)], data }];
}

/** Replaces NUL, which would end the string, and `%1` in a parameter, which Event Viewer would fill in again. */
function cleanStrings(strings: readonly string[]): string[] {
  const kept = strings.slice(0, MAX_STRINGS);
  if (strings.length > MAX_STRINGS) {
    kept[MAX_STRINGS - 1] = strings.slice(MAX_STRINGS - 1).join('\r\n');
  }
  return kept.map((text) =>
    text
      .replaceAll('\0', '\u2400')
      .replace(/%(\d{1,2})/g, (whole, digits: string) =>
        Number(digits) >= 1 && Number(digits) <= kept.length ? `%\u2060${digits}` : whole,
      ),
  );
}

function cutData(data: Uint8Array | undefined, room: number): Uint8Array | undefined {
  return data && data.length > room ? data.subarray(0, room) : data;
}

function splitText(text: string, room: number): string[] {
  const parts: string[] = [];
  const size = room - '[16/16] \0'.length;
  let rest = text;
  while (rest.length > size && parts.length < MAX_PARTS - 1) {
    const at = cutAt(rest, size);
    parts.push(rest.slice(0, at));
    rest = rest.slice(at);
  }
  parts.push(cutText(rest, size));
  return parts.map((part, index) => (parts.length === 1 ? part : `[${index + 1}/${parts.length}] ${part}`));
}

/** Cuts the longest strings, so that the short ones stay whole. */
function cutStrings(strings: readonly string[], room: number): string[] {
  const lengths = strings.map((text) => text.length);
  const over = (): number => strings.reduce((sum, _, index) => sum + ((lengths[index] ?? 0) + 1) * 2, 0) - room;
  for (let excess = over(); excess > 0; excess = over()) {
    const longest = lengths.indexOf(Math.max(...lengths));
    const next = Math.max(0, ...lengths.filter((_, index) => index !== longest));
    const length = lengths[longest] ?? 0;
    // Down to the next longest, but no further than needed.
    lengths[longest] = Math.max(0, length - Math.min(Math.ceil(excess / 2), Math.max(1, length - next)));
  }
  return strings.map((text, index) => cutText(text, lengths[index] ?? 0));
}

function cutText(text: string, room: number): string {
  if (text.length <= room) return text;
  const mark = ` … [cut: ${text.length} characters in all]`;
  const end = Math.max(0, room - mark.length);
  return (text.slice(0, wholeCharacter(text, end)) + mark).slice(0, Math.max(room, 0));
}

/** Finds a place to cut: the end of a line where one is near; never inside a surrogate pair. */
function cutAt(text: string, size: number): number {
  const line = text.lastIndexOf('\n', size - 1) + 1;
  return line > size * 0.75 ? line : wholeCharacter(text, size);
}
