import { toJson } from './json.ts';
import { createStyle, type Style } from './style.ts';

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
  /** Width of the terminal. */
  readonly columns: number;
  /** The answer of the command, once. */
  result(data: unknown, text: () => string): void;
  /** One of many answers: a line of JSON each. */
  line(data: unknown, text: () => string): void;
  /** A piece of an answer without end: waits while the reader is behind. */
  flow(text: string): Promise<void>;
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
    columns: stdout.columns ?? 80,
    result: (data, text) => print(data, text, 2),
    line: (data, text) => print(data, text, 0),
    async flow(text) {
      if (stdout.write(text) !== false || !stdout.once) return;
      await new Promise<void>((resolve) => stdout.once?.('drain', resolve));
    },
    note(text) {
      if (!json) stderr.write(`${text}\n`);
    },
  };
}
