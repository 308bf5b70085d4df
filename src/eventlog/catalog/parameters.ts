/** Value of a parameter of an event. A Date is written in its ISO form. */
export type EventParameter = string | number | bigint | boolean | Date;

/**
 * Tuple with one element for each parameter of a message text: as many as the largest of its `%1` to `%99`. `%%` is a
 * percent sign. For a text that isn't a literal: a list of any length.
 *
 * `Seen` and `Found` are the state of the computation: the numbers found so far, and the tuple that grows at the end until
 * it has them all.
 */
export type ParametersOf<
  Text extends string,
  Seen extends string = never,
  Found extends readonly EventParameter[] = readonly [],
> = string extends Text
  ? readonly EventParameter[]
  : Text extends `${string}%${infer Rest}`
    ? Rest extends `%${infer After}`
      ? ParametersOf<After, Seen, Found>
      : Rest extends `${infer First}${infer Second}${infer After}`
        ? '123456789' extends `${string}${First}${string}`
          ? '0123456789' extends `${string}${Second}${string}`
            ? ParametersOf<After, Seen | `${First}${Second}`, Found>
            : ParametersOf<`${Second}${After}`, Seen | First, Found>
          : ParametersOf<Rest, Seen, Found>
        : ParametersOf<'', '123456789' extends `${string}${Rest}${string}` ? Seen | Exclude<Rest, ''> : Seen, Found>
    : [Seen] extends [never]
      ? Found
      : ParametersOf<
          '',
          Exclude<Seen, `${[...Found, EventParameter]['length'] & number}`>,
          readonly [...Found, EventParameter]
        >;

const PLACEHOLDER = /%%|%([1-9]\d?)/g;

/** Number of parameters of a text: the largest of its `%1` to `%99`. */
export function countParameters(text: string): number {
  return [...text.matchAll(PLACEHOLDER)].reduce((max, [, digits]) => Math.max(max, Number(digits ?? 0)), 0);
}

/** Fills the parameters into a text, for the fallback log. */
export function fillIn(text: string, strings: readonly string[]): string {
  return text.replace(PLACEHOLDER, (whole, digits?: string) =>
    digits === undefined ? '%' : (strings[Number(digits) - 1] ?? whole),
  );
}

/** Formats a parameter for a record. */
export function formatParameter(value: EventParameter): string {
  return value instanceof Date ? (Number.isNaN(value.getTime()) ? 'invalid date' : value.toISOString()) : String(value);
}
