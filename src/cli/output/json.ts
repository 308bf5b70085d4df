/** C1 controls and characters that change the direction of text: JSON allows them, and terminals interpret them. */
const HAZARDS = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** Converts to JSON, also values that JSON lacks: bytes become hexadecimal digits, big numbers become text. */
export function toJson(value: unknown, indent: number): string {
  return escapeHazards(JSON.stringify(value, replace, indent));
}

/** Escapes characters that a terminal would interpret. In valid JSON they occur inside strings only. */
export function escapeHazards(json: string): string {
  return json.replaceAll(HAZARDS, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function replace(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return String(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  return value;
}
