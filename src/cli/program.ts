import { Argument, Command as Commander, CommanderError, Option as CommanderOption } from 'commander';
import { type Cli, type Command, COMMON, EXIT, FLEET, type Option, type Positional } from './command.ts';
import { examplesOf, EXIT_CODES } from './help.ts';
import { Arguments } from './input/arguments.ts';
import { UsageError } from './input/usage-error.ts';

/** Verb and its arguments. */
export interface Parsed {
  readonly command: Command;
  readonly args: Arguments;
}

const DEFAULT_WIDTH = 80;
const WIDEST = 100;

/**
 * Parses a command line. The help is printed when it is asked for; the exit code is returned then.
 *
 * @throws UsageError for unknown verbs and options, missing values, too few and too many arguments
 */
export function parseArguments(cli: Cli, commands: readonly Command[], argv: readonly string[]): Parsed | number {
  let parsed: Parsed | undefined;
  const root = configure(new Commander(cli.program), cli)
    .usage(cli.service ? '[verb] [options]' : '<verb> [options]')
    .addHelpText('after', `\n"${cli.program} help <verb>" shows more, with examples.\n${EXIT_CODES}`);
  if (cli.service) root.description(ownDescription(cli.service.definition.hasInstances));
  for (const [name, option] of Object.entries(COMMON)) root.addOption(toOption(name, option, argv));
  root.helpCommand('help [verb]');
  root.commandsGroup('Verbs:');
  for (const command of commands) {
    root.addCommand(
      toCommander(cli, command, argv, (found) => {
        parsed = found;
      }),
    );
  }
  try {
    root.parse(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === 'commander.helpDisplayed') return EXIT.done;
    if (error.code === 'commander.help') return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    throw new UsageError(sentence(error.message));
  }
  if (!parsed) throw new UsageError('A verb is missing.');
  return parsed;
}

function ownDescription(hasInstances: boolean): string {
  const text = 'Without a verb, runs the service. The Service Control Manager starts it this way.';
  return hasInstances ? `${text} With --instance NAME, also before a verb, each is about that instance.` : text;
}

/** `error: unknown option '--x'\n(Did you mean --y?)` → `Unknown option "--x". Did you mean --y?` */
function sentence(message: string): string {
  const [what = '', hint] = message.replace(/^error: /, '').split('\n');
  const text = what.replaceAll("'", '"').replace(/\.?$/, '.');
  const suggestion = hint === undefined ? '' : ` ${hint.replace(/^\((.*)\)$/, '$1')}`;
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${suggestion}`;
}

function configure(commander: Commander, { stdout, stderr, out }: Cli): Commander {
  const width = (): number => Math.min(stdout.columns ?? DEFAULT_WIDTH, WIDEST);
  return commander
    .exitOverride()
    .helpOption('-h, --help', 'Show this help.')
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
      // An error is thrown, and printed where all errors are.
      outputError: () => undefined,
      getOutHelpWidth: width,
      getErrHelpWidth: width,
      getOutHasColors: () => true,
      getErrHasColors: () => true,
    })
    .configureHelp({
      showGlobalOptions: true,
      styleTitle: (text) => out.style('bold', text),
      subcommandTerm: (command) => command.name(),
      // Without "help", which the last line of the help names.
      visibleCommands: (command) => [...command.commands],
    });
}

function toCommander(
  cli: Cli,
  command: Command,
  argv: readonly string[],
  onParsed: (parsed: Parsed) => void,
): Commander {
  const bound = cli.service !== undefined;
  const { summary, details } = bound && command.own ? command.own : command;
  const commander = configure(new Commander(command.name), cli)
    .summary(summary)
    .description([summary, details && unwrapped(details)].filter(Boolean).join('\n\n'));
  for (const positional of command.positionals ?? [])
    if (!bound || !positional.own) commander.addArgument(toArgument(positional));
  for (const [name, option] of Object.entries({ ...command.options, ...(command.fleet && FLEET) }))
    if (!bound || !option.own || (cli.isHosted && option.own === 'unlessHosted'))
      commander.addOption(toOption(name, option, argv));
  commander.addHelpText('after', () => examplesOf(cli, command));
  for (const subcommand of command.subcommands ?? [])
    commander.addCommand(toCommander(cli, subcommand, argv, onParsed));
  if (command.run) {
    commander.action(() => {
      const values = commander.optsWithGlobals<Record<string, string | readonly string[] | true | undefined>>();
      const names = [...commander.options, ...globalOptions(commander)];
      const byName = Object.fromEntries(names.map((option) => [option.name(), values[option.attributeName()]]));
      onParsed({ command, args: new Arguments(commander.args, byName) });
    });
  }
  return commander;
}

/** Joins the lines of each paragraph: the help wraps at the width of the terminal. */
function unwrapped(text: string): string {
  return text.replaceAll(/([^\n])\n(?!\n)/g, '$1 ');
}

function globalOptions(commander: Commander): readonly CommanderOption[] {
  return commander.parent ? [...commander.parent.options, ...globalOptions(commander.parent)] : [];
}

function toArgument({ name, help, optional, rest }: Positional): Argument {
  const text = rest ? `[${name}...]` : optional ? `[${name}]` : `<${name}>`;
  return new Argument(text, help);
}

function toOption(
  name: string,
  { type, short, value = 'VALUE', help }: Option,
  argv: readonly string[],
): CommanderOption {
  const flags = `${short ? `-${short}, ` : ''}--${name}`;
  if (type === 'flag') return new CommanderOption(flags, help);
  const check = (text: string): string => {
    // `--name --json` is a forgotten value far more often than a name that begins with a dash.
    if (text.startsWith('-') && text !== '-' && !argv.includes(`--${name}=${text}`))
      throw new UsageError(`--${name} needs a value. To pass "${text}", write --${name}=${text}`);
    return text;
  };
  if (type === 'text') return new CommanderOption(`${flags} <${value.toLowerCase()}>`, help).argParser(check);
  return new CommanderOption(`${flags} <${value.toLowerCase()}>`, `${help} Can be repeated.`).argParser<string[]>(
    (text, before: string[] | undefined) => [...(before ?? []), check(text)],
  );
}
