/** Replaces characters that a terminal interprets: cursor movements, changes of the direction of text. */
export function printable(text: string): string {
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, ' ');
}

/** Does the same for a text of several lines, which it keeps. */
export function printableLines(text: string): string {
  return text.split(/\r?\n/).map(printable).join('\n');
}
