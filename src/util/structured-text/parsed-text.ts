/** Keys and indexes from the root to a value. */
export type TextPath = readonly (string | number)[];

/** Position in a text: line and column count from 1. */
export interface TextPosition {
  readonly line: number;
  readonly column: number;
}

/** Reason why a text can't be used. Quotes nothing of the text, which may hold a secret. */
export interface TextProblem extends TextPosition {
  readonly path: TextPath;
  readonly message: string;
}

/** Result of a parser. `value` is `undefined` when the text can't be parsed. */
export interface ParsedText {
  readonly value: unknown;
  /** Positions at which the values begin. */
  readonly positions: readonly (readonly [path: TextPath, position: TextPosition])[];
  readonly problems: readonly TextProblem[];
}

/** Result for a text that can't be parsed. */
export function unparsable(message: string, position: TextPosition = { line: 1, column: 1 }): ParsedText {
  return { value: undefined, positions: [], problems: [{ ...position, path: [], message }] };
}

/** Message for a whole number that a JavaScript number can't hold; `undefined` for every other number. */
export function inexactNumber(source: string, value: number): string | undefined {
  if (!Number.isFinite(value) && /\d/.test(source)) return 'is a number beyond the range of JavaScript';
  if (!/^[-+]?(?:\d+|0[xo][\da-f]+)$/i.test(source) || Number.isSafeInteger(value)) return undefined;
  return 'is a whole number beyond 2^53, which JavaScript would round: write it as a text, in quotes';
}
