type Digit = '0' | '1' | '2' | '3' | '4' | '5' | '6' | '7' | '8' | '9';
type Build<N extends number, Acc extends readonly unknown[] = []> = Acc['length'] extends N
  ? Acc
  : Build<N, readonly [...Acc, unknown]>;
type ToNumber<S extends string> = S extends `${infer N extends number}` ? N : never;
/** The longer of a tuple that is there already and one of N elements. */
type Grow<Acc extends readonly unknown[], N extends number> = Acc extends readonly [...Build<N>, ...unknown[]]
  ? Acc
  : Build<N>;

/**
 * A tuple with an element for each parameter of a message text: the largest of its `%1` to `%99`. `%%` is a percent
 * sign. For a text that isn't a literal, any number.
 */
export type ParametersOf<S extends string> = string extends S ? readonly unknown[] : Scan<S, []>;

type Scan<S extends string, Acc extends readonly unknown[]> = S extends `${string}%${infer Rest}`
  ? Rest extends `%${infer After}`
    ? Scan<After, Acc>
    : Rest extends `${infer A extends Digit}${infer B extends Digit}${infer After}`
      ? A extends '0'
        ? Scan<Rest, Acc>
        : Scan<After, Grow<Acc, ToNumber<`${A}${B}`>>>
      : Rest extends `${infer A extends Digit}${infer After}`
        ? A extends '0'
          ? Scan<After, Acc>
          : Scan<After, Grow<Acc, ToNumber<A>>>
        : Scan<Rest, Acc>
  : Acc;

/** What can be a parameter of an event. A Date is written as its ISO form. */
export type EventParameter = string | number | bigint | boolean | Date;

const PLACEHOLDER = /%%|%([1-9]\d?)/g;

/** The number of parameters that a text has: the largest of its `%1` to `%99`. */
export function countParameters(text: string): number {
  return [...text.matchAll(PLACEHOLDER)].reduce((max, [, digits]) => Math.max(max, Number(digits ?? 0)), 0);
}

/** The text with its parameters filled in, for the fallback log. */
export function fillIn(text: string, strings: readonly string[]): string {
  return text.replace(PLACEHOLDER, (whole, digits?: string) =>
    digits === undefined ? '%' : (strings[Number(digits) - 1] ?? whole),
  );
}

export function formatParameter(value: EventParameter): string {
  return value instanceof Date ? (Number.isNaN(value.getTime()) ? 'invalid date' : value.toISOString()) : String(value);
}
