import { positionalsOf } from './arguments.ts';
import { type Command, COMMON, type Option, type Positional } from './command.ts';
import type { Style } from './style.ts';

interface HelpContext {
  readonly program: string;
  /** A program of its own: the verbs take no service. */
  readonly bound: boolean;
  readonly style: Style;
}

const EXIT_CODES = 'Exit codes: 0 done, 1 failed, 2 wrong usage, 3 state not reached, 130 interrupted.';

export function renderHelp(commands: readonly Command[], { program, bound, style }: HelpContext): string {
  const head = bound
    ? `Usage: ${program} [command] [options]\n\nWithout a command the service runs here; the Service Control Manager starts it so.\n`
    : `Usage: ${program} <command> [options]\n`;
  return `${head}
${style('bold', 'Commands')}
${columns(commands.map(({ name, summary }) => [name, summary]))}
${style('bold', 'Options of all commands')}
${optionLines(COMMON)}
${program} <command> --help shows more, with examples.
${EXIT_CODES}
`;
}

export function renderCommandHelp(command: Command, { program, bound, style }: HelpContext): string {
  const positionals = positionalsOf(command, bound);
  const usage = [program, command.name, ...positionals.map(placeholder), '[options]'].join(' ');
  const parts = [
    `Usage: ${usage}`,
    [command.summary, command.details].filter(Boolean).join('\n\n'),
    ...(positionals.length > 0
      ? [section(style, 'Arguments', columns(positionals.map((p) => [`<${p.name}>`, p.help])))]
      : []),
    ...(Object.keys(command.options).length > 0 ? [section(style, 'Options', optionLines(command.options))] : []),
    section(style, 'Options of all commands', optionLines(COMMON)),
    section(
      style,
      'Examples',
      columns(command.examples.map(([line, what]) => [`${program} ${fill(line, bound)}`, what])),
    ),
  ];
  return `${parts.map((part) => part.trimEnd()).join('\n\n')}\n`;
}

/** The names in the examples; none of the service in a program of its own. */
function fill(line: string, bound: boolean): string {
  return line
    .replaceAll('{service}', bound ? '' : 'OrdersApi')
    .replaceAll('{script}', bound ? '' : 'dist\\service.js')
    .replaceAll(/ +/g, ' ')
    .trim();
}

function section(style: Style, title: string, body: string): string {
  return `${style('bold', title)}\n${body}`;
}

function placeholder({ name, optional, rest }: Positional): string {
  if (rest) return `[${name}…]`;
  return optional ? `[${name}]` : `<${name}>`;
}

function optionLines(options: Readonly<Record<string, Option>>): string {
  return columns(
    Object.entries(options).map(([name, { short, type, value = 'VALUE', help }]) => [
      `${short ? `-${short}, ` : ''}--${name}${type === 'flag' ? '' : ` ${value}`}${type === 'list' ? ' …' : ''}`,
      help,
    ]),
  );
}

const WIDEST = 46;

/** Two columns; a first one that is too wide has a line of its own. */
function columns(rows: readonly (readonly [string, string])[]): string {
  const width = Math.min(WIDEST, Math.max(...rows.map(([left]) => left.length))) + 2;
  return rows
    .map(([left, right]) =>
      left.length > WIDEST ? `  ${left}\n${' '.repeat(width + 2)}${right}\n` : `  ${left.padEnd(width)}${right}\n`,
    )
    .join('');
}
