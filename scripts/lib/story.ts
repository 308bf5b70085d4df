import { styleText } from 'node:util';

/** One line of a demo. */
export interface Line {
  /** What was asked of the SCM. */
  readonly scm?: string;
  /** What the app did. */
  readonly app?: string;
  /** The state that the SCM then has. */
  readonly state?: string;
  /** Whether it went as it should; undefined: nothing was checked. */
  readonly ok?: boolean;
}

const WIDTHS = { time: 9, scm: 30, app: 58 };
type Style = Parameters<typeof styleText>[0];

/** Tells a demo line by line, in columns, and counts what went wrong. */
export class Story {
  readonly #began = performance.now();
  readonly #out: NodeJS.WriteStream;
  readonly #colours: boolean;
  #checked = 0;
  #failed = 0;

  constructor(out: NodeJS.WriteStream = process.stdout) {
    this.#out = out;
    this.#colours = out.isTTY && !process.env['NO_COLOR'] && process.env['TERM'] !== 'dumb';
  }

  title(text: string, details: string): void {
    this.#out.write(`${this.#paint('bold', text)}\n${details}\n\n`);
    this.#row(['', 'the SCM', 'the app', 'state'], ['dim', 'dim', 'dim', 'dim']);
  }

  line({ scm = '', app = '', state = '', ok }: Line): void {
    const time = `${((performance.now() - this.#began) / 1_000).toFixed(2)} s`.padStart(WIDTHS.time - 2);
    if (ok !== undefined) this.#checked += 1;
    if (ok === false) this.#failed += 1;
    const text = ok === false ? `NOT AS EXPECTED: ${app}` : app;
    this.#row([time, scm, text, state], ['dim', 'cyan', ok === false ? 'red' : undefined, stateStyle(state)]);
  }

  /** The last words; `text` only when all of it was true. Gives the exit code. */
  summary(text: string): number {
    const good = this.#failed === 0;
    const line = good
      ? `${this.#checked} checks, as expected. ${text}`
      : `${this.#failed} of ${this.#checked} checks NOT as expected.`;
    this.#out.write(`\n${this.#paint(good ? 'green' : 'red', line)}\n`);
    return good ? 0 : 1;
  }

  #row(cells: readonly [string, string, string, string], styles: readonly (Style | undefined)[]): void {
    const widths = [WIDTHS.time, WIDTHS.scm, WIDTHS.app, 0];
    const row = cells.map((cell, i) => this.#paint(styles[i], cell.padEnd(widths[i] ?? 0)));
    this.#out.write(`${row.join(' ').trimEnd()}\n`);
  }

  #paint(style: Style | undefined, text: string): string {
    return this.#colours && style !== undefined ? styleText(style, text, { validateStream: false }) : text;
  }
}

function stateStyle(state: string): Style {
  if (state === 'RUNNING') return 'green';
  return state === 'STOPPED' ? 'dim' : 'yellow';
}
