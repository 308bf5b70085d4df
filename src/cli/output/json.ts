/** JSON, also of what settings have that JSON doesn't: bytes as hexadecimal digits, big numbers as text. */
export function toJson(value: unknown, indent: number): string {
  return JSON.stringify(value, replace, indent);
}

function replace(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return String(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  return value;
}
