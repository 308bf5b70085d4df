/** JSON with what triggers are made of. */
export function stringify(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) => {
    if (typeof item === 'bigint') return { $bigint: String(item) };
    return item instanceof Uint8Array ? { $bytes: Buffer.from(item).toString('hex') } : item;
  });
}

export function parse(text: string): unknown {
  return JSON.parse(text, (_, item: { $bigint?: string; $bytes?: string } | null) => {
    if (item?.$bigint !== undefined) return BigInt(item.$bigint);
    return item?.$bytes === undefined ? item : Uint8Array.from(Buffer.from(item.$bytes, 'hex'));
  });
}
