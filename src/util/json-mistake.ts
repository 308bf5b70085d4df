/** First mistake in a JSON text. */
export interface JsonMistake {
  readonly message: string;
  /** From 1. */
  readonly line: number;
}

/** Finds the first mistake in a JSON text; `undefined` for a correct one. A byte order mark is none. */
export function findJsonMistake(text: string): JsonMistake | undefined {
  const json = text.replace(/^\uFEFF/, '');
  try {
    JSON.parse(json);
    return undefined;
  } catch (error) {
    const { message } = error as Error;
    // Without a position it is the end: `Unexpected end of JSON input`.
    const position = /position (\d+)/.exec(message)?.[1];
    const before = position === undefined ? json : json.slice(0, Number(position));
    return { message: message.replace(/ \(line \d+ column \d+\)$/, ''), line: before.split('\n').length };
  }
}
