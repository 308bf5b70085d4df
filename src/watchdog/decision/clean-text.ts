/** Longest reason, in characters. */
const MAX_LENGTH = 1_000;

/**
 * Text from elsewhere (log lines, error messages) as one bounded line: control characters, NUL among them, and
 * characters that change the direction of text become spaces. Environment variables, event log records and mail
 * headers don't take them.
 */
export function cleanText(text: string): string {
  const line = text
    .replace(/\p{Surrogate}/gu, '\ufffd')
    .replace(/[\p{Control}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu, ' ')
    .trim();
  return line.length > MAX_LENGTH ? `${line.slice(0, MAX_LENGTH - 1).replace(/[\ud800-\udbff]$/, '')}…` : line;
}
