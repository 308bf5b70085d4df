/**
 * A text of a catalogue in the notation of FormatMessage. There `%` begins more than parameters, and `%1!s!` has a
 * format: what isn't `%1` to `%99` or `%%` in a catalogue means itself.
 *
 * Source: https://learn.microsoft.com/windows/win32/api/winbase/nf-winbase-formatmessagew
 */
export function toMessageText(text: string): string {
  return text
    .replace(/%%|%[1-9]\d?!?|%/g, (found) => {
      if (found === '%') return '%%';
      return found.endsWith('!') ? `${found.slice(0, -1)}%!` : found;
    })
    .replace(/\r?\n/g, '\r\n');
}
