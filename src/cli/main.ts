import { type AnyService, type Cli, type CliEnvironment, type Command, EXIT } from './command.ts';
import { type Arguments, meant, parseArguments } from './input/arguments.ts';
import { commandsFor } from './commands/all.ts';
import { Interrupted, reportFailure } from './output/failure.ts';
import { renderCommandHelp, renderHelp } from './help.ts';
import { createPrinter } from './output/printer.ts';
import { UsageError } from './input/usage-error.ts';
import type { ServiceManager } from '../manager/index.ts';

/** The command line: finds the verb, runs it, and turns whatever happens into an exit code. */
export async function runCommandLine(environment: CliEnvironment): Promise<number> {
  const { argv, env, stdout, stderr } = environment;
  const commands = commandsFor(environment.service);
  const json = argv.slice(0, endOfOptions(argv)).includes('--json');
  const out = createPrinter(stdout, stderr, env, json);
  const interrupt = new AbortController();
  const unwatch = environment.onInterrupt(() => {
    interrupt.abort(new Interrupted());
  });
  let machine: string | undefined;
  let opened: Promise<ServiceManager> | undefined;
  const cli: Cli = {
    ...environment,
    out,
    signal: interrupt.signal,
    manager: () => (opened ??= environment.openManager(machine)),
  };
  let command: Command | undefined;
  let args: Arguments | undefined;
  try {
    const [verb = 'help', ...rest] = argv;
    if (verb === '--version' || verb === '-v') {
      out.result({ version: cli.version }, () => `${cli.version}\n`);
      return EXIT.done;
    }
    if (isHelp(verb)) return help(cli, commands, rest, argv.length === 0);
    command = findCommand(commands, verb);
    args = parseArguments(command, rest, environment.service !== undefined);
    if (args.flag('help')) return help(cli, commands, [verb], false);
    machine = args.text('machine');
    return (await command.run(cli, args)) ?? EXIT.done;
  } catch (error) {
    return await reportFailure(cli, command?.name, serviceOf(cli, command, args), error);
  } finally {
    unwatch();
    // After Ctrl+C a call may still hang inside the SCM, and closing waits for it: the end of the process closes too.
    if (!interrupt.signal.aborted) await opened?.then((manager) => manager.close()).catch(() => undefined);
  }
}

function help(cli: Cli, commands: readonly Command[], [verb]: readonly string[], asUsage: boolean): number {
  const bound = cli.service !== undefined;
  const command = verb === undefined || verb.startsWith('-') ? undefined : findCommand(commands, verb);
  const style = cli.out.style;
  const text = command
    ? renderCommandHelp(command, { program: cli.program, bound, style })
    : renderHelp(commands, { program: cli.program, bound, style });
  if (asUsage) cli.stderr.write(text);
  else cli.stdout.write(text);
  return asUsage ? EXIT.usage : EXIT.done;
}

function findCommand(commands: readonly Command[], verb: string): Command {
  const found = commands.find(({ name }) => name === verb);
  if (found) return found;
  const names = commands.map(({ name }) => name);
  throw new UsageError(`There is no command "${verb}".${meant(verb, names)}`);
}

/** The service that an error is about, for what to do next. */
function serviceOf(cli: Cli, command: Command | undefined, args: Arguments | undefined): string | undefined {
  const bound: AnyService | undefined = cli.service;
  if (bound) return bound.name;
  const at = command?.positionals.findIndex(({ name }) => name === 'service') ?? -1;
  return at < 0 ? undefined : args?.positionals[at];
}

function isHelp(word: string): boolean {
  return word === 'help' || word === '--help' || word === '-h';
}

function endOfOptions(argv: readonly string[]): number {
  const end = argv.indexOf('--');
  return end < 0 ? argv.length : end;
}
