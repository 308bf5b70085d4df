/** The position, or the one before it when a cut there would divide a character (a surrogate pair). */
export function wholeCharacter(text: string, at: number): number {
  const code = text.charCodeAt(at - 1);
  return at < text.length && code >= 0xd800 && code <= 0xdbff ? at - 1 : at;
}
