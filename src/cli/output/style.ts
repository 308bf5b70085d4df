import { styleText } from 'node:util';

type Format = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';
/** Colours a text, or leaves it alone. */
export type Style = (format: Format, text: string) => string;

/** Colours on a terminal only; NO_COLOR and FORCE_COLOR have the last word, the latter the very last, as in Node. */
export function createStyle(
  stream: { readonly isTTY?: boolean },
  env: Readonly<Record<string, string | undefined>>,
): Style {
  return wantsColour(stream, env) ? (format, text) => paint(format, text) : (_format, text) => text;
}

/** Whether there are colours is decided here, not by what standard output is. */
function paint(format: Format, text: string): string {
  return text === '' ? '' : styleText(format, text, { validateStream: false });
}

function wantsColour(
  { isTTY }: { readonly isTTY?: boolean },
  { FORCE_COLOR, NO_COLOR, TERM }: Readonly<Record<string, string | undefined>>,
): boolean {
  if (FORCE_COLOR !== undefined) return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false';
  if (NO_COLOR !== undefined && NO_COLOR !== '') return false;
  return isTTY === true && TERM !== 'dumb';
}
