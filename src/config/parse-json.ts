import type { Path } from './schema.ts';

/** What a parser of a file gives. `line` tells where the value at a path begins. */
export interface ParsedFile {
  readonly value: unknown;
  readonly lines: readonly (readonly [path: Path, line: number])[];
  /** Without a piece of the text: it may hold a secret. */
  readonly problems: readonly { readonly line: number; readonly path: Path; readonly message: string }[];
}

class JsonFailure extends Error {
  readonly at: number;
  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

const SCALAR = /"(?:[^"\\\u0000-\u001f]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

/** JSON with the line of every value, which JSON.parse doesn't tell. */
export function parseJson(text: string): ParsedFile {
  const lines: [Path, number][] = [];
  const problems: { line: number; path: Path; message: string }[] = [];
  const lineOf = lineCounter(text);
  let at = 0;

  function space(): string | undefined {
    while (/[ \t\r\n]/.test(text[at] ?? '')) at += 1;
    return text[at];
  }
  function expect(...wanted: string[]): string {
    const found = space();
    if (found === undefined || !wanted.includes(found)) {
      throw new JsonFailure(
        `is not JSON: ${wanted.join(' or ')} was expected here${found ? '' : ', and the file ends'}`,
        at,
      );
    }
    at += 1;
    return found;
  }
  function scalar(): unknown {
    SCALAR.lastIndex = at;
    const token = SCALAR.exec(text)?.[0];
    if (token === undefined) {
      throw new JsonFailure(
        `is not JSON: a value was expected here${at < text.length ? '' : ', and the file ends'}`,
        at,
      );
    }
    try {
      const value: unknown = JSON.parse(token);
      at += token.length;
      return value;
    } catch {
      throw new JsonFailure('is not JSON: this text has an escape that JSON does not know', at);
    }
  }
  function value(path: Path): unknown {
    const first = space();
    lines.push([path, lineOf(at)]);
    if (first === '{') return object(path);
    return first === '[' ? array(path) : scalar();
  }
  function object(path: Path): Record<string, unknown> {
    const result: Record<string, unknown> = {};
    at += 1;
    if (space() === '}') return ((at += 1), result);
    do {
      if (space() !== '"') expect('"', '}');
      const line = lineOf(at);
      const key = scalar() as string;
      if (Object.hasOwn(result, key)) problems.push({ line, path: [...path, key], message: 'is there twice' });
      expect(':');
      Object.defineProperty(result, key, {
        value: value([...path, key]),
        enumerable: true,
        writable: true,
        configurable: true,
      });
    } while (expect(',', '}') === ',');
    return result;
  }
  function array(path: Path): unknown[] {
    const result: unknown[] = [];
    at += 1;
    if (space() === ']') return ((at += 1), result);
    do result.push(value([...path, result.length]));
    while (expect(',', ']') === ',');
    return result;
  }

  try {
    const result = value([]);
    if (space() !== undefined) throw new JsonFailure('is not JSON: something follows after its end', at);
    return { value: result, lines, problems };
  } catch (error) {
    if (!(error instanceof JsonFailure)) throw error;
    return { value: undefined, lines: [], problems: [{ line: lineOf(error.at), path: [], message: error.message }] };
  }
}

/** Line numbers from 1; asked for positions that grow. */
function lineCounter(text: string): (at: number) => number {
  let line = 1;
  let seen = 0;
  return (at) => {
    for (; seen < at; seen += 1) if (text[seen] === '\n') line += 1;
    return line;
  };
}
