import fc from 'fast-check';

/** Arbitrary for one of the characters of a text, and of the longer pieces. */
export const oneOf = (characters: string, ...pieces: readonly string[]): fc.Arbitrary<string> =>
  fc.constantFrom(...Array.from(characters), ...pieces);
