import { styleText } from 'node:util';

type Format = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';
/** Colors a text, or returns it unchanged. */
export type Style = (format: Format, text: string) => string;

/** Makes a style: colors on a terminal. FORCE_COLOR and NO_COLOR change that, in this order, as in Node. */
export function createStyle(
  stream: { readonly isTTY?: boolean },
  env: Readonly<Record<string, string | undefined>>,
): Style {
  return wantsColour(stream, env) ? (format, text) => paint(format, text) : (_format, text) => text;
}

/** Colors a text. `validateStream: false`: `createStyle` has decided already. */
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
