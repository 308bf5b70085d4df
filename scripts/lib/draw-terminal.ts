import { stripVTControlCharacters } from 'node:util';

/** A command as it was typed, and what it printed, with the escape sequences for its colors. */
export interface Shown {
  /** Without the drive: `\projects`. */
  readonly folder: string;
  readonly command: string;
  readonly output: string;
}

const COLUMNS = 100;
const CHAR = { width: 7.8, height: 18 };
const MARGIN = { x: 16, top: 44, bottom: 16 };
/** Seconds between a command, its output, and the next command. */
const PAUSE = { typed: 0.9, printed: 1.6 };
/** Classes by the number of SGR (Select Graphic Rendition): https://en.wikipedia.org/wiki/ANSI_escape_code#SGR. */
const STYLES: Readonly<Record<string, string>> = { 1: 'b', 2: 'dim', 31: 'red', 32: 'green', 33: 'yellow', 36: 'cyan' };

const CSS = `
text { font: 13px ui-monospace, 'Cascadia Mono', Consolas, 'DejaVu Sans Mono', monospace; fill: #d5dae3; white-space: pre; }
.b { font-weight: bold; } .dim { fill: #8b95a7; } .red { fill: #f47b7b; } .green { fill: #7ccf8e; } .yellow { fill: #e3c46b; } .cyan { fill: #73c7e0; }
.prompt { fill: #8b95a7; } .command { fill: #ffffff; font-weight: bold; }
@media (prefers-reduced-motion: no-preference) { .line { opacity: 0; animation: show 0s forwards; } }
@keyframes show { to { opacity: 1; } }`;

/** Draws a terminal as SVG; its lines appear one command after another, or at once for readers who want no motion. */
export function drawTerminal(shown: readonly Shown[]): string {
  const lines: string[] = [];
  let seconds = 0.5;
  const add = (content: string): void => {
    const y = MARGIN.top + lines.length * CHAR.height;
    const delay = `animation-delay:${seconds.toFixed(1)}s`;
    lines.push(`<text class="line" x="${MARGIN.x}" y="${y}" style="${delay}" xml:space="preserve">${content}</text>`);
  };
  for (const { folder, command, output } of shown) {
    add(`<tspan class="prompt">C:${escape(folder)}&gt; </tspan><tspan class="command">${escape(command)}</tspan>`);
    seconds += PAUSE.typed;
    for (const line of output.trim().split('\n').flatMap(wrap)) if (line.trim() !== '') add(paint(line));
    seconds += PAUSE.printed;
  }
  const width = Math.ceil(COLUMNS * CHAR.width + 2 * MARGIN.x);
  const height = MARGIN.top + (lines.length - 1) * CHAR.height + MARGIN.bottom;
  const commands = shown.map(({ command }) => command).join('; ');
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">
<title>A terminal: ${escape(commands)}</title>
<style>${CSS}</style>
<rect width="100%" height="100%" rx="8" fill="#171b24"/>
<circle cx="20" cy="16" r="5" fill="#4a5364"/><circle cx="38" cy="16" r="5" fill="#4a5364"/><circle cx="56" cy="16" r="5" fill="#4a5364"/>
${lines.join('\n')}
</svg>
`;
}

/** Breaks a line that is too wide, as a terminal does; only lines without colors after the first columns are that wide. */
function wrap(line: string): string[] {
  const plain = stripVTControlCharacters(line);
  if (plain.length <= COLUMNS) return [line];
  const escapes = line.length - plain.length;
  const first = line.slice(0, COLUMNS + escapes);
  return [first, ...wrap(line.slice(COLUMNS + escapes))];
}

/** Turns the escape sequences for colors into spans. */
function paint(line: string): string {
  let style = '';
  return line
    .split(/\u001b\[(\d+)m/)
    .map((part, i) => {
      if (i % 2 === 1) {
        style = STYLES[part] ?? '';
        return '';
      }
      if (part === '') return '';
      return style === '' ? escape(part) : `<tspan class="${style}">${escape(part)}</tspan>`;
    })
    .join('');
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
