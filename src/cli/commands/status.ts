import type { ServiceConfig, ServiceReport } from '../../scm/service-config.ts';
import { STATES } from '../../scm/states.ts';
import { formatMs } from '../../util/duration.ts';
import { type Cli, type Command, EXIT, SERVICE } from '../command.ts';
import type { Arguments } from '../input/arguments.ts';
import { colouredState, describeExit, describeReport, stateWord } from '../output/describe.ts';
import { printable } from '../output/printable.ts';

export const status: Command = {
  name: 'status',
  summary: 'Show the status of a service.',
  details: 'Needs no administrator. The exit code is 0 in every state, unless --expect is given.',
  positionals: [SERVICE],
  options: { expect: { type: 'text', value: 'STATE', help: 'Exit code 3 when the service is in another state.' } },
  examples: [
    ['status {service}', 'state, PID, accepted controls, exit code'],
    ['status {service} --expect running', 'for a script: exit code 0 or 3'],
    ['status {service} --json', 'as JSON'],
  ],
  fleet: { describe: (data) => describeReport(data as ServiceReport) },
  run: showStatus,
};

/** The part of {@link Cli} that `status` needs: for the program that loads nothing else. */
export type StatusCli = Pick<Cli, 'out' | 'reader' | 'service'>;

/** Shows the status of the service that the arguments, or the command line of a service, name. */
export async function showStatus(cli: StatusCli, args: Arguments): Promise<number> {
  const expected = args.oneOf('expect', STATES);
  const name = cli.service?.name ?? args.positionals[0] ?? '';
  const reader = await cli.reader();
  const report = await reader.status(name);
  // Some services let no ordinary user read their settings; their status is open all the same.
  const config = await reader.readConfig(name).then(
    (reading) => reading.config,
    () => undefined,
  );
  const { displayName, startType, account } = config ?? {};
  cli.out.result({ service: name, displayName, startType, account, ...report }, () =>
    render(cli, name, report, config),
  );
  if (expected === undefined || report.state === expected) return EXIT.done;
  cli.out.note(`${name} is ${stateWord(report.state)}, not ${stateWord(expected)}.`);
  return EXIT.notReached;
}

function render(
  cli: StatusCli,
  name: string,
  report: ServiceReport,
  config: Pick<ServiceConfig, 'displayName' | 'account' | 'startType'> | undefined,
): string {
  const { style, terminal } = cli.out;
  const pending = report.state.endsWith('Pending');
  const ended = report.state === 'stopped' ? describeExit(report.exit) : undefined;
  const rows: (readonly [string, string | undefined])[] = [
    ['Service', name],
    ['Display name', config?.displayName === name ? undefined : config?.displayName],
    ['State', colouredState(cli.out, report.state)],
    ['PID', report.pid === 0 ? undefined : String(report.pid)],
    ['Checkpoint', pending ? String(report.checkpoint) : undefined],
    ['Wait hint', pending ? formatMs(report.waitHintMs) : undefined],
    ['Ended with', ended],
    ['Accepts', report.state === 'stopped' ? undefined : report.accepts.join(', ') || 'nothing'],
    ['Start', config?.startType],
    ['Account', config ? (config.account ?? 'LocalSystem') : undefined],
  ];
  return rows
    .filter((row): row is readonly [string, string] => row[1] !== undefined)
    .map(([label, value]) => {
      const text = label === 'State' ? value : printable(value);
      return terminal ? `${style('dim', label.padEnd(14))}${text}\n` : `${label}: ${text}\n`;
    })
    .join('');
}
