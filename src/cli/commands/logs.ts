import type { LogLine, LogStream, ReadLogsOptions } from '../../logging/index.ts';
import { timeOfDay } from '../../util/clock.ts';
import type { Arguments } from '../input/arguments.ts';
import { type Cli, type Command, EXIT, SERVICE } from '../command.ts';
import { countOf, momentOf } from '../output/moment.ts';
import { renderRecord } from '../output/record.ts';
import { escapeHazards, toJson } from '../output/json.ts';
import { commandFor } from '../output/next-step.ts';
import { printable } from '../output/printable.ts';
import { UsageError } from '../input/usage-error.ts';

const DEFAULT_LINES = 50;
const LEVELS = ['debug', 'info', 'warn', 'error'] as const;

export const logs: Command = {
  name: 'logs',
  summary: 'Show what a service has logged, and what it wrote to its standard streams.',
  details: `Rotated and compressed files are read too. Only the account of the service and administrators may read the logs: use
an elevated terminal.`,
  positionals: [SERVICE],
  options: {
    follow: { type: 'flag', short: 'f', help: 'Print new records until Ctrl+C.' },
    lines: { type: 'text', short: 'n', value: 'N', help: `The last N. Default ${DEFAULT_LINES}; with --since all.` },
    since: { type: 'text', value: 'TIME', help: 'Start: a time ago (30m, 2h, 7d), or 2026-11-21T08:00.' },
    level: { type: 'text', value: 'LEVEL', help: `${LEVELS.join(', ')}: this level and higher ones.` },
    output: { type: 'text', value: 'STREAM', help: 'stdout, stderr or all: captured output instead of records.' },
    dir: { type: 'text', value: 'DIR', help: 'Folder of the logs. Default: the folder that the service registered.' },
  },
  examples: [
    ['logs {service}', 'the last 50 records'],
    ['logs {service} --follow --level warn', 'warnings and errors as they come'],
    ['logs {service} --output stderr', 'what it wrote to standard error'],
    ['logs {service} --since 1h --json', 'the lines as they are in the file'],
  ],
  async run(cli, args) {
    const { findLogDir } = await import('../../logging/index.ts');
    if (args.text('machine') !== undefined)
      throw new UsageError(
        'logs reads files: leave out --machine, and name a share with --dir \\\\server\\share\\logs.',
      );
    const service = cli.service?.name ?? args.positionals[0] ?? '';
    const dir = args.text('dir') ?? cli.service?.definition.logging?.dir ?? findLogDir(service);
    const streams = streamsOf(args);
    const options = optionsOf(cli, args, service, dir, streams[0] !== 'log');
    if (!(await hasLogs(dir, service, streams))) {
      if (!options.follow) return nothingThere(cli, service, dir, streams);
      cli.out.note(`Waiting for the first line in ${dir}`);
    }
    try {
      if (!options.follow) for (const stream of streams) await show(cli, { ...options, stream }, streams.length > 1);
      else await Promise.all(streams.map((stream) => show(cli, { ...options, stream }, streams.length > 1)));
    } catch (error) {
      if (!cli.signal.aborted) throw error;
    }
    return options.follow || !cli.signal.aborted ? EXIT.done : EXIT.interrupted;
  },
};

function streamsOf(args: Arguments): readonly LogStream[] {
  const output = args.oneOf('output', ['stdout', 'stderr', 'all']);
  if (output === undefined) return ['log'];
  for (const name of ['since', 'level']) {
    if (args.text(name) !== undefined)
      throw new UsageError(
        `--${name} is for records: captured output has no times and levels. Leave it out, or --output.`,
      );
  }
  return output === 'all' ? ['stdout', 'stderr'] : [output];
}

function optionsOf(
  cli: Cli,
  args: Arguments,
  service: string,
  dir: string,
  captured: boolean,
): Omit<ReadLogsOptions, 'stream'> {
  const since = momentOf(args, 'since', timeOfDay(cli.clock));
  const lines = countOf(args, 'lines');
  return {
    dir,
    service,
    since,
    lines: lines ?? (since && !captured ? undefined : DEFAULT_LINES),
    level: args.oneOf('level', LEVELS),
    follow: args.flag('follow'),
    clock: cli.clock,
    signal: cli.signal,
  };
}

async function show(cli: Cli, options: ReadLogsOptions, labelled: boolean): Promise<void> {
  const { readLogs } = await import('../../logging/index.ts');
  for await (const line of readLogs(options)) {
    cli.signal.throwIfAborted();
    await cli.out.flow(render(cli, line, options.stream, labelled));
  }
}

function render({ out }: Cli, line: LogLine, stream: LogStream, labelled: boolean): string {
  if (stream !== 'log') {
    if (out.json) return `${toJson({ stream, line: line.text }, 0)}\n`;
    const text = out.terminal ? printable(line.text) : line.text;
    return `${labelled ? out.style('dim', `${stream} `) : ''}${text}\n`;
  }
  if (line.message === undefined) return out.json ? `${toJson({ line: line.text }, 0)}\n` : `${printable(line.text)}\n`;
  // The record as the service wrote it, with characters escaped that a terminal would interpret.
  if (out.json) return `${escapeHazards(line.text)}\n`;
  return renderRecord(out, { time: line.time, level: line.level ?? '', message: line.message, data: line.data });
}

async function hasLogs(dir: string, service: string, streams: readonly LogStream[]): Promise<boolean> {
  const { logExists } = await import('../../logging/index.ts');
  for (const stream of streams) if (await logExists(dir, service, stream)) return true;
  return false;
}

async function nothingThere(cli: Cli, service: string, dir: string, streams: readonly LogStream[]): Promise<number> {
  // A wrong name is the likelier reason: it has its own error.
  if (!cli.service) await (await cli.manager()).service(service).status();
  const other: LogStream[] = streams[0] === 'log' ? ['stdout', 'stderr'] : ['log'];
  const what = streams[0] === 'log' ? 'has no records' : `has written nothing to ${streams.join(' and ')}`;
  const options = streams[0] === 'log' ? ['--output', 'all'] : [];
  const next = (await hasLogs(dir, service, other))
    ? `See ${streams[0] === 'log' ? 'its output' : 'its records'}: ${commandFor(cli, 'logs', service, ...options) ?? 'logs'}`
    : `The log file is created with the first record. If the service logs to another folder, name it with --dir. If it does not start: ${commandFor(cli, 'doctor', service) ?? 'doctor'}`;
  const message = `Service "${service}" ${what} in ${dir}.`;
  if (cli.out.json) cli.out.result({ error: { code: 'NO_LOGS', message, service, dir }, next }, () => '');
  else cli.stderr.write(`${cli.program}: ${message}\n  ${next}\n`);
  return EXIT.failed;
}
