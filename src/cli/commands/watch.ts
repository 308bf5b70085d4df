import type { ServiceReport } from '../../manager/index.ts';
import { ServiceError } from '../../errors/service-error.ts';
import { STATES } from '../../scm/states.ts';
import { type Duration, formatMs, toMs } from '../../util/duration.ts';
import { type Cli, type Command, EXIT, SERVICE } from '../command.ts';
import { colouredState, describeReport, stateWord } from '../output/describe.ts';
import { type Target, targetOf } from '../input/target.ts';

export const watch: Command = {
  name: 'watch',
  summary: 'Print each change of the status of a service as it happens.',
  details: 'Ends at Ctrl+C (exit code 0), when the service is deleted, or with --until.',
  positionals: [SERVICE],
  options: {
    until: { type: 'text', value: 'STATE', help: `End when it is ${STATES.join(', ')}; exit code 3 after --timeout.` },
    timeout: { type: 'text', value: 'TIME', help: 'With --until: how long to wait. Default 30s.' },
    interval: {
      type: 'text',
      value: 'TIME',
      help: 'Longest time between two polls, where the SCM sends no notifications. Default 250ms.',
    },
  },
  examples: [
    ['watch {service}', 'until Ctrl+C'],
    ['watch {service} --until stopped --timeout 5m', 'for a script that waits'],
    ['watch {service} --json', 'one line of JSON per change'],
  ],
  async run(cli, args) {
    const target = await targetOf(cli, args);
    const until = args.oneOf('until', STATES);
    const interval = args.duration('interval');
    const limit = until === undefined ? undefined : toMs(args.duration('timeout') ?? '30s');
    const stop = new AbortController();
    const end = (): void => {
      stop.abort();
    };
    cli.signal.addEventListener('abort', end, { once: true });
    const cancel = limit === undefined ? undefined : cli.clock.setTimeout(end, limit);
    let last: ServiceReport | undefined;
    try {
      for await (const report of changes(target, stop.signal, interval)) {
        last = report;
        print(cli, target.name, report);
        if (report.state === until) return EXIT.done;
      }
    } finally {
      cancel?.();
      cli.signal.removeEventListener('abort', end);
    }
    if (until === undefined) return EXIT.done;
    cli.signal.throwIfAborted();
    throw notReached(target.name, until, last, stop.signal.aborted ? formatMs(limit ?? 0) : undefined);
  },
};

function changes(
  { client }: Target,
  signal: AbortSignal,
  interval: Duration | undefined,
): AsyncIterable<ServiceReport> {
  return client.watch({ signal, ...(interval === undefined ? {} : { interval }) });
}

function print({ out, clock }: Cli, service: string, report: ServiceReport): void {
  const time = new Date(clock.now()).toISOString();
  out.line({ time, service, ...report }, () => {
    const facts = describeReport(report).slice(stateWord(report.state).length);
    const state = colouredState(out, report.state);
    return `${out.style('dim', time)} ${service} ${state}${facts}\n`;
  });
}

function notReached(
  service: string,
  target: string,
  report: ServiceReport | undefined,
  after: string | undefined,
): ServiceError {
  const why = after === undefined ? 'it was deleted' : `it is ${report?.state ?? 'unknown'} after ${after}`;
  return new ServiceError('STATE_NOT_REACHED', `Service "${service}" did not become ${target}: ${why}.`, {
    details: { service, target, report },
  });
}
