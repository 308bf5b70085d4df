import type { EventEntry, EventLevel, ReadEventsOptions } from '../../eventlog/index.ts';
import { DEFAULT_LOG } from '../../scm/event-log.ts';
import { timeOfDay } from '../../util/clock.ts';
import type { Arguments } from '../input/arguments.ts';
import { type Cli, type Command, EXIT, SERVICE } from '../command.ts';
import { toJson } from '../output/json.ts';
import { countOf, momentOf } from '../output/moment.ts';
import { renderRecord } from '../output/record.ts';
import { commandFor } from '../output/next-step.ts';
import { printable } from '../output/printable.ts';
import { UsageError } from '../input/usage-error.ts';

const DEFAULT_LIMIT = 50;
const MAX_ID = 65_535;
const LEVELS = ['critical', 'error', 'warn', 'info', 'verbose'] as const satisfies readonly EventLevel[];

export const events: Command = {
  name: 'events',
  summary: 'Show the records of a service in the Windows event log.',
  details: `Those of the event source that has the service's name, or of what --source names. Without --since it is the newest
ones, the oldest of them first.`,
  positionals: [SERVICE],
  options: {
    follow: { type: 'flag', short: 'f', help: 'Go on with what is written from now on, until Ctrl+C.' },
    limit: { type: 'text', short: 'n', value: 'N', help: `The newest N. Default ${DEFAULT_LIMIT}; with --since all.` },
    since: { type: 'text', value: 'TIME', help: 'From so long ago (30m, 2h, 7d), or from 2026-11-21T08:00.' },
    level: { type: 'text', value: 'LEVEL', help: `${LEVELS.join(', ')}: this and what is worse.` },
    ids: { type: 'list', value: 'IDS', help: 'Only these: 100,101 or 100-107.' },
    source: { type: 'list', value: 'NAME', help: 'Other event sources than that of its name.' },
    log: { type: 'text', value: 'LOG', help: 'The log. Default: the one that the source belongs to.' },
  },
  examples: [
    ['events {service}', 'the newest 50'],
    ['events {service} --level warn --since 1d', 'what went wrong since yesterday'],
    ['events {service} --ids 100-107 --follow --json', 'failures as they come, for a program'],
  ],
  async run(cli, args) {
    const service = cli.service?.name ?? args.positionals[0] ?? '';
    const rule = cli.service?.definition.eventLog;
    const sources = args.list('source') ?? [rule?.source ?? service];
    const where = await findLog(cli, args, sources, rule?.log);
    const limit = countOf(args, 'limit');
    const since = momentOf(args, 'since', timeOfDay(cli.clock));
    const ids = args.list('ids')?.flatMap(parseIds);
    const level = args.oneOf('level', LEVELS);
    const machine = args.text('machine');
    const query: ReadEventsOptions = {
      source: sources,
      log: where.log,
      signal: cli.signal,
      ...(ids && { ids }),
      ...(level && { level }),
      ...(machine === undefined ? {} : { machine }),
    };
    if (!cli.out.json) cli.out.note(`Log ${where.log}, source ${sources.join(', ')}`);
    try {
      const shown = await history(cli, query, since, limit);
      if (args.flag('follow')) await follow(cli, query, shown);
      else if (shown.count === 0) cli.out.note(where.advice ?? 'There are no such records.');
    } catch (error) {
      if (!cli.signal.aborted) throw error;
      return args.flag('follow') ? EXIT.done : EXIT.interrupted;
    }
    return EXIT.done;
  },
};

interface Shown {
  readonly count: number;
  /** Start of the new records, and those of them that were printed. */
  readonly from: Date;
  readonly ids: ReadonlySet<number>;
}

/** Prints the existing records, the oldest first. */
async function history(
  cli: Cli,
  query: ReadEventsOptions,
  since: Date | undefined,
  limit: number | undefined,
): Promise<Shown> {
  const from = new Date(timeOfDay(cli.clock));
  const ids = new Set<number>();
  let count = 0;
  const show = async (event: EventEntry): Promise<void> => {
    count += 1;
    if (event.time >= from) ids.add(event.recordId);
    await print(cli, event);
  };
  if (since && limit === undefined) {
    for await (const event of cli.readEvents({ ...query, since })) await show(event);
    return { count, from, ids };
  }
  // The newest are asked for and shown in the order of time: so many fit into memory.
  const newest: EventEntry[] = [];
  const wanted = { ...query, order: 'newest' as const, limit: limit ?? DEFAULT_LIMIT, ...(since && { since }) };
  for await (const event of cli.readEvents(wanted)) newest.push(event);
  for (const event of newest.reverse()) await show(event);
  return { count, from, ids };
}

/** Prints new records, from the start of the read of the existing ones, so that none is missing in between. */
async function follow(cli: Cli, query: ReadEventsOptions, { from, ids }: Shown): Promise<void> {
  for await (const event of cli.readEvents({ ...query, since: from, follow: true })) {
    if (!ids.has(event.recordId)) await print(cli, event);
  }
}

async function print({ out }: Cli, event: EventEntry): Promise<void> {
  if (out.json) {
    const { xml: _xml, ...rest } = event;
    await out.flow(`${toJson(rest, 0)}\n`);
    return;
  }
  const { time, level, id, source, message, strings } = event;
  const text = message ?? (strings.join(' | ') || '(no text)');
  await out.flow(renderRecord(out, { time, level, label: `${source} ${id}`, message: text }));
}

/** Finds the log of the event source; notes the next step when the source isn't installed. */
async function findLog(
  cli: Cli,
  args: Arguments,
  sources: readonly string[],
  own: string | undefined,
): Promise<{ readonly log: string; readonly advice?: string }> {
  const log = args.text('log') ?? own;
  if (log !== undefined) return { log };
  const [source = ''] = sources;
  if (args.text('machine') !== undefined) return { log: DEFAULT_LOG };
  const probe = await cli.openProbe();
  const found = await probe.eventSource(source);
  if (found.value !== null) return { log: found.value ?? DEFAULT_LOG };
  const logs = commandFor(cli, 'logs', source);
  const advice = `There is no event source "${printable(source)}", so it has no records. Make it: ${commandFor(cli, 'config set', source, '--event-source', 'yes') ?? 'config set --event-source yes'}${logs === undefined ? '' : `. Its log files: ${logs}`}`;
  return { log: DEFAULT_LOG, advice };
}

/** `100,101` and `100-107`. */
function parseIds(text: string): number[] {
  return text.split(',').flatMap((part) => {
    const [, first, last = first] = /^\s*(\d{1,5})(?:-(\d{1,5}))?\s*$/.exec(part) ?? [];
    const [from, to] = [Number(first), Number(last)];
    if (first === undefined || to > MAX_ID || from > to)
      throw new UsageError(`--ids must be numbers from 0 to ${MAX_ID}, such as 100,101 or 100-107; got "${text}".`);
    return Array.from({ length: to - from + 1 }, (_, index) => from + index);
  });
}
