export interface Interpolated {
  readonly text: string;
  /** Variables that the text names. Empty when there was nothing to fill in. */
  readonly variables: readonly string[];
  /** Variables that are not set and have no default. */
  readonly missing: readonly string[];
  /** A `${` without its end. */
  readonly broken: boolean;
  /** Nested too deeply, or too much work: nothing was filled in. */
  readonly tooMuch: boolean;
}

/** Deepest nesting of `${…}` in defaults. */
export const MAX_NESTING = 32;
/** Characters that are searched for the ends of all `${…}` of a text: enough for thousands of them. */
const MAX_SEARCHED = 2_000_000;

/** `NAME` or `secret:NAME`, and the default. Windows allows nearly everything in a name: `ProgramFiles(x86)`. */
const NAME_AND_DEFAULT = /^((?:secret:)?[A-Za-z_][^{}$=:]*)(?::-([\s\S]*))?$/;

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * Fills in `${NAME}` and `${NAME:-default}` (the default also stands in for an empty variable, and may itself name
 * others), and the same with `secret:NAME`. `$${` is a literal `${`.
 */
export function interpolate(text: string, variables: Variables): Interpolated {
  const named: string[] = [];
  const missing: string[] = [];
  const search = { left: MAX_SEARCHED };
  let broken = false;
  let tooMuch = false as boolean;

  function fill(part: string, depth: number): string {
    if (depth > MAX_NESTING) {
      tooMuch = true;
      return part;
    }
    let result = '';
    let at = 0;
    while (at < part.length) {
      const start = part.indexOf('${', at);
      if (start < 0) break;
      if (part[start - 1] === '$' && start > at) {
        result += `${part.slice(at, start - 1)}\${`;
        at = start + 2;
        continue;
      }
      const end = closing(part, start + 2, search);
      if (search.left <= 0) {
        tooMuch = true;
        return part;
      }
      const expression = NAME_AND_DEFAULT.exec(part.slice(start + 2, end));
      if (end < 0 || !expression) {
        broken = true;
        return part;
      }
      result += part.slice(at, start) + resolve(expression[1] as string, expression[2], depth);
      at = end + 1;
    }
    return result + part.slice(at);
  }
  function resolve(name: string, fallback: string | undefined, depth: number): string {
    named.push(name);
    const value = variables[name];
    if (fallback !== undefined && !value) return fill(fallback, depth + 1);
    if (value === undefined) missing.push(name);
    return value ?? '';
  }

  const filled = fill(text, 0);
  return { text: tooMuch ? text : filled, variables: named, missing, broken, tooMuch };
}

/** Place of the `}` that ends the `${` before `from`: braces in a default may come in pairs, or only as `${…}`. */
function closing(text: string, from: number, search: { left: number }): number {
  const inPairs = endOf(text, from, '{', search);
  return inPairs >= 0 ? inPairs : endOf(text, from, '${', search);
}

function endOf(text: string, from: number, opening: string, search: { left: number }): number {
  let depth = 1;
  for (let at = from; at < text.length; at += 1) {
    if (--search.left <= 0) return -1;
    if (text.startsWith(opening, at)) depth += 1;
    if (text[at] === '}') depth -= 1;
    if (depth === 0) return at;
  }
  return -1;
}
