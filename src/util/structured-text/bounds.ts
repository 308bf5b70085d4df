/** Longest text that is parsed, in bytes: 4 MiB. */
export const MAX_TEXT_BYTES = 4 * 1_048_576;
/** Deepest nesting of objects and lists. */
export const MAX_TEXT_DEPTH = 64;
/** Most values in one text, counted with everything that aliases repeat. */
export const MAX_TEXT_NODES = 100_000;

export const TOO_LONG = `is longer than ${MAX_TEXT_BYTES / 1_048_576} MiB`;
export const TOO_DEEP = `is nested deeper than ${MAX_TEXT_DEPTH} levels`;
export const TOO_MANY = `has more than ${MAX_TEXT_NODES} values, counted with its aliases`;
