import { stripVTControlCharacters } from 'node:util';
import stringWidth from 'string-width';
import type { Printer } from './printer.ts';

/** Spaces between two columns. */
const GAP = 2;
/** Smallest width of the last column. */
const NARROWEST = 8;
/** Largest width of a column that isn't the last one. */
const WIDEST = 40;

/**
 * Columns: aligned under a head on a terminal, otherwise with tabs between and no head. Only the verbs that need it load
 * this file: string-width takes 80 ms of CPU time to load.
 */
export function formatTable(
  { style, terminal, columns }: Pick<Printer, 'style' | 'terminal' | 'columns'>,
  head: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  if (!terminal) return renderPlain(rows);
  return renderTable([head.map((cell) => style('bold', cell)), ...rows], columns);
}

/** Aligns columns; cuts the last one at the width of the terminal. */
export function renderTable(rows: readonly (readonly string[])[], width: number): string {
  const count = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: count }, (_, i) =>
    Math.min(WIDEST, Math.max(0, ...rows.map((row) => stringWidth(row[i] ?? '')))),
  );
  const others = widths.slice(0, -1).reduce((sum, w) => sum + w + GAP, 0);
  const last = Math.max(NARROWEST, width - others);
  return rows
    .map((row) =>
      row
        .map((cell, i) => (i === count - 1 ? cut(cell, last) : pad(cut(cell, widths[i] ?? 0), (widths[i] ?? 0) + GAP)))
        .join('')
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join('');
}

/** Separates columns by tabs, one line each. */
export function renderPlain(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => `${row.map((cell) => cell.replaceAll(/[\t\n]/g, ' ')).join('\t')}\n`).join('');
}

function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - stringWidth(text)));
}

function cut(text: string, width: number): string {
  // Colours are only in short cells, which fit.
  if (stringWidth(text) <= width || text !== stripVTControlCharacters(text)) return text;
  let short = '';
  for (const char of text) {
    if (stringWidth(short + char) > width - 1) break;
    short += char;
  }
  return `${short}…`;
}
