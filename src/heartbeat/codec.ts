import { createHmac, timingSafeEqual } from 'node:crypto';
import { type Beat, MAX_BEAT_BYTES, parseBeat } from './beat.ts';

/** Key that sender and receiver share; at least 16 bytes. */
export type HeartbeatKey = string | Uint8Array;

/** Encodes a heartbeat as `MAC JSON`, on one line; the MAC is `-` without a key. */
export function encodeBeat(beat: Beat, key: HeartbeatKey | undefined): string {
  const body = JSON.stringify(beat);
  return `${key === undefined ? '-' : macOf(body, key).toString('hex')} ${body}`;
}

const HEX = /^[\da-f]{64}$/;

export type Decoded = { readonly beat: Beat } | { readonly refused: 'malformed' | 'forged' };

/** Decodes a line. The MAC is checked first: nothing of a forged line is parsed. */
export function decodeBeat(line: string, key: HeartbeatKey | undefined): Decoded {
  if (line.length > MAX_BEAT_BYTES) return { refused: 'malformed' };
  const space = line.indexOf(' ');
  if (space < 0) return { refused: 'malformed' };
  const body = line.slice(space + 1);
  if (key !== undefined) {
    // Strict: Buffer.from takes characters whose low byte is a digit for one.
    const given = Buffer.from(HEX.test(line.slice(0, space)) ? line.slice(0, space) : '', 'hex');
    const right = macOf(body, key);
    if (given.length !== right.length || !timingSafeEqual(given, right)) return { refused: 'forged' };
  }
  const beat = parseBeat(body);
  return beat ? { beat } : { refused: 'malformed' };
}

function macOf(body: string, key: HeartbeatKey): Buffer {
  return createHmac('sha256', key).update(body, 'utf8').digest();
}
