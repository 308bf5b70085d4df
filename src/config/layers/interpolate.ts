export interface Interpolated {
  readonly text: string;
  /** Variables that the text names. Empty when there was nothing to fill in. */
  readonly variables: readonly string[];
  /** Variables that are not set and have no default. */
  readonly missing: readonly string[];
  /** A `${` without its end. */
  readonly broken: boolean;
}

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
  let broken = false;

  function fill(part: string): string {
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
      const end = closing(part, start + 2);
      const expression = NAME_AND_DEFAULT.exec(part.slice(start + 2, end));
      if (end < 0 || !expression) {
        broken = true;
        return part;
      }
      result += part.slice(at, start) + resolve(expression[1] as string, expression[2]);
      at = end + 1;
    }
    return result + part.slice(at);
  }
  function resolve(name: string, fallback: string | undefined): string {
    named.push(name);
    const value = variables[name];
    if (fallback !== undefined && !value) return fill(fallback);
    if (value === undefined) missing.push(name);
    return value ?? '';
  }

  const filled = fill(text);
  return { text: filled, variables: named, missing, broken };
}

/** Place of the `}` that ends the `${` before `from`: braces in a default may come in pairs, or only as `${…}`. */
function closing(text: string, from: number): number {
  const inPairs = endOf(text, from, '{');
  return inPairs >= 0 ? inPairs : endOf(text, from, '${');
}

function endOf(text: string, from: number, opening: string): number {
  let depth = 1;
  for (let at = from; at < text.length; at += 1) {
    if (text.startsWith(opening, at)) depth += 1;
    if (text[at] === '}') depth -= 1;
    if (depth === 0) return at;
  }
  return -1;
}
