const TRUE = /^(?:true|yes|on|1)$/i;
const FALSE = /^(?:false|no|off|0)$/i;

/** A text as the type that a schema expects (zod's names), or `undefined` where it can't be read so. */
export function textAs(text: string, expected: string): unknown {
  const trimmed = text.trim();
  switch (expected) {
    case 'number':
    case 'int':
      return /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i.test(trimmed) ? Number(trimmed) : undefined;
    case 'bigint':
      return /^-?\d+$/.test(trimmed) ? BigInt(trimmed) : undefined;
    case 'boolean':
      if (TRUE.test(trimmed)) return true;
      return FALSE.test(trimmed) ? false : undefined;
    case 'null':
      return trimmed === '' || trimmed === 'null' ? null : undefined;
    case 'array':
      if (trimmed.startsWith('[')) return fromJson(trimmed, Array.isArray);
      return trimmed === '' ? [] : trimmed.split(',').map((item) => item.trim());
    case 'object':
    case 'record':
      return fromJson(trimmed, (value) => typeof value === 'object' && value !== null && !Array.isArray(value));
    default:
      return undefined;
  }
}

function fromJson(text: string, fits: (value: unknown) => boolean): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return fits(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
