import { createScanner, printParseErrorCode, visit } from 'jsonc-parser';
import { MAX_TEXT_BYTES, MAX_TEXT_DEPTH, MAX_TEXT_NODES, TOO_DEEP, TOO_LONG, TOO_MANY } from './bounds.ts';
import { inexactNumber, type ParsedText, type TextPosition, type TextProblem, unparsable } from './parsed-text.ts';

/** jsonc-parser's names for what is wrong, in words. */
const WORDS: Readonly<Record<string, string>> = {
  InvalidSymbol: 'a value was expected here',
  InvalidNumberFormat: 'a number was expected here',
  PropertyNameExpected: 'a name in double quotes was expected here',
  ValueExpected: 'a value was expected here',
  ColonExpected: ': was expected here',
  CommaExpected: ', was expected here',
  CloseBraceExpected: '} or , was expected here',
  CloseBracketExpected: '] or , was expected here',
  EndOfFileExpected: 'something follows after its end',
  InvalidCommentToken: 'this comment is not allowed',
  UnexpectedEndOfComment: 'this comment has no end',
  UnexpectedEndOfString: 'this text has no end',
  UnexpectedEndOfNumber: 'this number has no end',
  InvalidUnicode: 'this text has an escape that JSON does not know',
  InvalidEscapeCharacter: 'this text has an escape that JSON does not know',
  InvalidCharacter: 'this text has a character that must be escaped',
};

type Holder = Record<string, unknown> | unknown[];

/**
 * Parses JSON with comments. Gives line and column of every value and of the first error. Bounded before any work that
 * grows with the nesting. Duplicate keys, and whole numbers that JavaScript would round, are problems.
 */
export function parseJson(text: string): ParsedText {
  const excess = excessOf(text);
  if (excess) return unparsable(excess.message, excess);
  const positions: (readonly [(string | number)[], TextPosition])[] = [];
  const problems: TextProblem[] = [];
  const holders: Holder[] = [];
  const path: (string | number)[] = [];
  let broken: TextProblem | undefined;
  let root: unknown;
  let key: string | undefined;

  function put(value: unknown, at: TextPosition): void {
    const holder = holders.at(-1);
    positions.push([holder ? [...path, keyIn(holder)] : [], at]);
    if (holder === undefined) root = value;
    else if (Array.isArray(holder)) holder.push(value);
    else Object.defineProperty(holder, keyIn(holder), { value, enumerable: true, writable: true, configurable: true });
  }
  const keyIn = (holder: Holder): string | number => (Array.isArray(holder) ? holder.length : (key ?? ''));
  function open(holder: Holder, line: number, character: number): void {
    const outer = holders.at(-1);
    const name = outer && keyIn(outer);
    put(holder, { line: line + 1, column: character + 1 });
    if (name !== undefined) path.push(name);
    holders.push(holder);
  }
  function close(): void {
    holders.pop();
    path.pop();
  }

  visit(
    text,
    {
      onObjectBegin: (_offset, _length, line, character) => {
        open({}, line, character);
      },
      onArrayBegin: (_offset, _length, line, character) => {
        open([], line, character);
      },
      onObjectEnd: close,
      onArrayEnd: close,
      onObjectProperty: (name, _offset, _length, line, character) => {
        key = name;
        const holder = holders.at(-1);
        if (holder && Object.hasOwn(holder, name)) {
          problems.push({ line: line + 1, column: character + 1, path: [...path, name], message: 'is there twice' });
        }
      },
      onLiteralValue: (value: unknown, offset, length, line, character) => {
        const at = { line: line + 1, column: character + 1 };
        const holder = holders.at(-1);
        const inexact = typeof value === 'number' && inexactNumber(text.slice(offset, offset + length), value);
        if (inexact) problems.push({ ...at, path: holder ? [...path, keyIn(holder)] : [], message: inexact });
        put(value, at);
      },
      onError: (code, offset, _length, line, character) => {
        const words = WORDS[printParseErrorCode(code)] ?? 'it cannot be read here';
        const end = offset >= text.trimEnd().length ? ', and the file ends' : '';
        broken ??= { line: line + 1, column: character + 1, path: [], message: `is not JSON: ${words}${end}` };
      },
    },
    { disallowComments: false, allowTrailingComma: false },
  );
  return broken ? unparsable(broken.message, broken) : { value: root, positions, problems };
}

/** Counts what the text holds without building it, so that a hostile text costs no more than its length. */
function excessOf(text: string): (TextPosition & { readonly message: string }) | undefined {
  if (text.length > MAX_TEXT_BYTES) return { line: 1, column: 1, message: TOO_LONG };
  const scanner = createScanner(text, true);
  let depth = 0;
  let nodes = 1;
  // Kinds of tokens by their number: the names are a const enum, which exists for the compiler only. 17 is the end.
  for (let kind: number = scanner.scan(); kind !== 17; kind = scanner.scan()) {
    if (kind === 1 || kind === 3) depth += 1;
    if (kind === 2 || kind === 4) depth -= 1;
    if (kind === 5 || kind === 1 || kind === 3) nodes += 1;
    const message = depth > MAX_TEXT_DEPTH ? TOO_DEEP : nodes > MAX_TEXT_NODES ? TOO_MANY : undefined;
    if (message === undefined) continue;
    return { line: scanner.getTokenStartLine() + 1, column: scanner.getTokenStartCharacter() + 1, message };
  }
  return undefined;
}
