import { toJson } from './json.ts';
import { printableLines } from './printable.ts';
import { createStyle, type Style } from './style.ts';

/** Stream that may be a terminal. */
export interface Terminal {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
  once?(event: 'drain', done: () => void): unknown;
}

/** Output of a command: text, or JSON with `--json`. */
export interface Printer {
  readonly json: boolean;
  /** `true`: standard output is a terminal, so that tables have a head. */
  readonly terminal: boolean;
  readonly style: Style;
  /** Width of the terminal. */
  readonly columns: number;
  /** Prints the result of the command, once. */
  result(data: unknown, text: () => string): void;
  /** Prints one of many results: a line of JSON each. */
  line(data: unknown, text: () => string): void;
  /** Prints a part of an endless result. Waits while the reader is slower. */
  flow(text: string): Promise<void>;
  /** Prints a note on standard error; nothing with `--json`. */
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
    columns: stdout.columns ?? 80,
    result: (data, text) => print(data, text, 2),
    line: (data, text) => print(data, text, 0),
    async flow(text) {
      if (stdout.write(text) !== false || !stdout.once) return;
      await new Promise<void>((resolve) => stdout.once?.('drain', resolve));
    },
    note(text) {
      if (!json) stderr.write(`${printableLines(text)}\n`);
    },
  };
}
