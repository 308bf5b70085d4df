import { optionsOf, positionalsOf } from './input/arguments.ts';
import { type Command, COMMON, type Option, type Positional } from './command.ts';
import type { Style } from './output/style.ts';

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
${columns(commands.map((command) => [command.name, (bound && command.own ? command.own : command).summary]))}
${style('bold', 'Options of all commands')}
${optionLines(COMMON)}
${program} <command> --help shows more, with examples.
${EXIT_CODES}
`;
}

export function renderCommandHelp(command: Command, { program, bound, style }: HelpContext): string {
  const positionals = positionalsOf(command, bound);
  const options = optionsOf(command, bound);
  const { summary, details } = bound && command.own ? command.own : command;
  const usage = [program, command.name, ...positionals.map(placeholder), '[options]'].join(' ');
  const parts = [
    `Usage: ${usage}`,
    [summary, details].filter(Boolean).join('\n\n'),
    ...(positionals.length > 0
      ? [section(style, 'Arguments', columns(positionals.map((p) => [`<${p.name}>`, p.help])))]
      : []),
    ...(Object.keys(options).length > 0 ? [section(style, 'Options', optionLines(options))] : []),
    section(style, 'Options of all commands', optionLines(COMMON)),
    section(style, 'Examples', examples(command, program, bound)),
  ];
  return `${parts.map((part) => part.trimEnd()).join('\n\n')}\n`;
}

/** Each with what it does; a program of its own has those that are about its service. */
function examples({ examples: all }: Command, program: string, bound: boolean): string {
  const lines = new Map<string, string>();
  for (const [line, what] of all) {
    if (bound && !/\{(?:service|script)\}/.test(line)) continue;
    const names = bound ? ['', ''] : ['OrdersApi', 'dist\\service.js'];
    const filled = line.replace('{service}', names[0] ?? '').replace('{script}', names[1] ?? '');
    const text = `${program} ${filled.replaceAll(/ +/g, ' ').trim()}`;
    if (!lines.has(text)) lines.set(text, what);
  }
  return columns([...lines]);
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

/** Two columns; one below the other when the first is too wide. */
function columns(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length));
  if (width > WIDEST) return rows.map(([left, right]) => `  ${left}\n      ${right}\n`).join('');
  return rows.map(([left, right]) => `  ${left.padEnd(width + 2)}${right}\n`).join('');
}
