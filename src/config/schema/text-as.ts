import { parseJson } from '../../util/structured-text/parse-json.ts';
import { inexactNumber } from '../../util/structured-text/parsed-text.ts';

const TRUE = /^(?:true|yes|on|1)$/i;
const FALSE = /^(?:false|no|off|0)$/i;

/** Reads a text as the type that a schema expects (zod's names). `undefined` when it isn't one, or not exactly. */
export function textAs(text: string, expected: string): unknown {
  const trimmed = text.trim();
  switch (expected) {
    case 'number':
    case 'int':
      if (!/^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i.test(trimmed)) return undefined;
      return inexactNumber(trimmed, Number(trimmed)) === undefined ? Number(trimmed) : undefined;
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
  const { value, problems } = parseJson(text);
  return problems.length === 0 && fits(value) ? value : undefined;
}
