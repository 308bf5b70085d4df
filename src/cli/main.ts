import { type Cli, type CliEnvironment, type Command, EXIT, type ScmReader } from './command.ts';
import { isVerb, loadCommands } from './commands/all.ts';
import type { Arguments } from './input/arguments.ts';
import { Interrupted } from './output/interrupted.ts';
import { createPrinter } from './output/printer.ts';
import { timeOfDay } from '../util/clock.ts';
import { ServiceError } from '../errors/service-error.ts';
import type { ServiceManager } from '../manager/index.ts';

/** Runs a command line: finds the verb, runs it, and returns the exit code. */
export async function runCommandLine(environment: CliEnvironment): Promise<number> {
  const { argv, env, stdout, stderr } = environment;
  const json = argv.slice(0, endOfOptions(argv)).includes('--json');
  const out = createPrinter(stdout, stderr, env, json);
  const interrupt = new AbortController();
  const unwatch = environment.onInterrupt(() => {
    interrupt.abort(new Interrupted());
  });
  let machine: string | undefined;
  let opened: Promise<ServiceManager> | undefined;
  let reader: Promise<ScmReader> | undefined;
  const cli: Cli = {
    ...environment,
    out,
    signal: interrupt.signal,
    manager: () => (opened ??= environment.openManager(machine)),
    reader: () => (reader ??= environment.openReader(machine)),
  };
  const since = new Date(timeOfDay(environment.clock));
  let command: Command | undefined;
  let args: Arguments | undefined;
  try {
    const [first] = argv;
    if (first === '--version' || first === '-v') {
      out.result({ version: cli.version }, () => `${cli.version}\n`);
      return EXIT.done;
    }
    const [commands, { parseArguments }] = await Promise.all([
      loadCommands(argv, cli.service !== undefined),
      import('./program.ts'),
    ]);
    const parsed = parseArguments(cli, commands, argv);
    if (typeof parsed === 'number') return parsed;
    ({ command, args } = parsed);
    if (args.flag('machines')) {
      const { runOnFleet } = await import('./fleet/run-on-fleet.ts');
      return await runOnFleet(cli, command, args);
    }
    machine = args.text('machine');
    return (await command.run?.(cli, args)) ?? EXIT.done;
  } catch (error) {
    const { reportFailure } = await import('./output/failure.ts');
    const verb = command?.name ?? argv.find((word) => !word.startsWith('-') && isVerb(word));
    return await reportFailure(
      cli,
      { verb, service: failedService(error) ?? serviceOf(cli, command, args), since },
      error,
    );
  } finally {
    unwatch();
    // After Ctrl+C a call may still wait inside the SCM, and closing waits for it. The end of the process closes it too.
    if (!interrupt.signal.aborted)
      for (const open of [opened, reader]) await open?.then((its) => its.close()).catch(() => undefined);
  }
}

/** Returns the service that an error names: `install` has no name among its arguments. */
function failedService(error: unknown): string | undefined {
  if (!(error instanceof ServiceError)) return undefined;
  const { service } = error.details as { readonly service?: unknown };
  return typeof service === 'string' ? service : undefined;
}

/** Returns the service that the arguments name. */
function serviceOf(cli: Cli, command: Command | undefined, args: Arguments | undefined): string | undefined {
  if (cli.service) return cli.service.name;
  const at = command?.positionals?.findIndex(({ name }) => name === 'service') ?? -1;
  return at < 0 ? undefined : args?.positionals[at];
}

function endOfOptions(argv: readonly string[]): number {
  const end = argv.indexOf('--');
  return end < 0 ? argv.length : end;
}
