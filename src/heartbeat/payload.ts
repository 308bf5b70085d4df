/** Deepest nesting of a payload. */
const MAX_DEPTH = 32;
/** Longest payload, in bytes of JSON. */
const MAX_BYTES = 60_000;

/** Limit of the payloads of all senders of a receiver together, in characters of JSON: 32 Mi. */
const MAX_TOTAL = 32 * 1_048_576;

/** Makes a payload ready to be sent. @throws Error when it is too large, too deep, or has no JSON */
export function checkPayload(value: unknown): unknown {
  const json = JSON.stringify(value) as string | undefined;
  if (json === undefined) return undefined;
  const bytes = Buffer.byteLength(json);
  if (bytes > MAX_BYTES) throw new Error(`it has ${bytes} bytes as JSON, more than ${MAX_BYTES}`);
  const plain: unknown = JSON.parse(json);
  if (isTooDeep(plain)) throw new Error(`it is nested deeper than ${MAX_DEPTH} levels`);
  return plain;
}

/** Returns whether a value of JSON is nested too deeply to be saved and shown. Not recursive. */
export function isTooDeep(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > MAX_DEPTH) return true;
    level = level.flatMap((item) =>
      typeof item === 'object' && item !== null ? (Object.values(item) as unknown[]) : [],
    );
  }
  return false;
}

/** Limits the total size of the payloads of all senders. */
export interface PayloadBudget {
  /** Returns whether a payload of this size fits in the limit; it replaces the sender's last one. */
  keep(id: string, size: number): boolean;
}

/** Creates the limit of the payloads of one receiver. */
export function createPayloadBudget(): PayloadBudget {
  const sizes = new Map<string, number>();
  let total = 0;
  return {
    keep(id, size) {
      total -= sizes.get(id) ?? 0;
      sizes.delete(id);
      if (size === 0) return true;
      if (total + size > MAX_TOTAL) return false;
      sizes.set(id, size);
      total += size;
      return true;
    },
  };
}
