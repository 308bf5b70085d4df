import { toJson } from './json.ts';
import { createStyle, type Style } from './style.ts';
import { renderPlain, renderTable } from './table.ts';

/** A stream that may be a terminal. */
export interface Terminal {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
  once?(event: 'drain', done: () => void): unknown;
}

/** Where the answer of a command goes: one and the same, as text for people or as JSON for programs. */
export interface Printer {
  readonly json: boolean;
  /** Whether people read it at once: then there are tables with a head. */
  readonly terminal: boolean;
  readonly style: Style;
  /** The answer of the command, once. */
  result(data: unknown, text: () => string): void;
  /** One of many answers: a line of JSON each. */
  line(data: unknown, text: () => string): void;
  /** A piece of an answer without end: waits while the reader is behind. */
  flow(text: string): Promise<void>;
  /** Columns: aligned under a head on a terminal, else with tabs between and no head. */
  table(head: readonly string[], rows: readonly (readonly string[])[]): string;
  /** For people only, on standard error: nothing that a program reads. */
  note(text: string): void;
}

export function createPrinter(
  stdout: Terminal,
  stderr: Terminal,
  env: Readonly<Record<string, string | undefined>>,
  json: boolean,
): Printer {
  const style = createStyle(stdout, env);
  const terminal = stdout.isTTY === true;
  const print = (data: unknown, text: () => string, indent: number): void => {
    stdout.write(json ? `${toJson(data, indent)}\n` : text());
  };
  return {
    json,
    terminal,
    style,
    result: (data, text) => print(data, text, 2),
    line: (data, text) => print(data, text, 0),
    async flow(text) {
      if (stdout.write(text) !== false || !stdout.once) return;
      await new Promise<void>((resolve) => stdout.once?.('drain', resolve));
    },
    table(head, rows) {
      if (!terminal) return renderPlain(rows);
      return renderTable([head.map((cell) => style('bold', cell)), ...rows], stdout.columns ?? 80);
    },
    note(text) {
      if (!json) stderr.write(`${text}\n`);
    },
  };
}
