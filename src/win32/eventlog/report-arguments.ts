import type { EventRecord } from '../../scm/event-log.ts';
import type { Ffi, FfiValue } from '../ffi/ffi.ts';
import { POINTER_BYTES } from '../ffi/struct.ts';
import { EVENT_TYPE } from './constants.ts';
import { parseSid } from '../sid.ts';

/**
 * The arguments of ReportEventW after the handle, in memory that stays where it is until `use` is done.
 *
 * Source: https://learn.microsoft.com/windows/win32/api/winbase/nf-winbase-reporteventw
 */
export function withReportArguments<T>(ffi: Ffi, record: EventRecord, use: (args: FfiValue[]) => T): T {
  const sid = record.user === undefined ? undefined : parseSid(record.user);
  const texts = record.strings.map((text) => Buffer.from(`${text}\0`, 'utf16le'));
  const pieces = [...texts, ...(sid ? [sid] : []), ...(record.data ? [record.data] : [])];
  const places = layOut(pieces, texts.length * POINTER_BYTES);
  const memory = ffi.alloc(places.end);
  const free = (): void => {
    memory.free();
  };
  pieces.forEach((piece, index) => {
    memory.buffer.set(piece, places.at[index]);
  });
  const addressOf = (index: number): bigint => memory.address + BigInt(places.at[index] ?? 0);
  texts.forEach((_, index) => {
    if (POINTER_BYTES === 8) memory.buffer.writeBigUInt64LE(addressOf(index), index * 8);
    else memory.buffer.writeUInt32LE(Number(addressOf(index)), index * 4);
  });
  let result: T;
  try {
    result = use([
      EVENT_TYPE[record.severity],
      record.category,
      record.eventId,
      sid ? addressOf(texts.length) : null,
      texts.length,
      record.data?.length ?? 0,
      texts.length > 0 ? memory.address : null,
      record.data ? addressOf(pieces.length - 1) : null,
    ]);
  } catch (error) {
    free();
    throw error;
  }
  if (result instanceof Promise) return result.finally(free) as T;
  free();
  return result;
}

function layOut(pieces: readonly Uint8Array[], start: number): { at: number[]; end: number } {
  let end = start;
  const at = pieces.map((piece) => {
    const here = Math.ceil(end / 8) * 8;
    end = here + piece.length;
    return here;
  });
  return { at, end: Math.max(end, 8) };
}
