import type { ServiceReport, StopOptions, WaitOptions } from '../../manager/index.ts';
import { formatMs } from '../../util/duration.ts';
import type { Arguments } from '../input/arguments.ts';
import { type Cli, type Command, type FleetView, SERVICE, TIMEOUT } from '../command.ts';
import { describeReport } from '../output/describe.ts';
import { REASON, reasonOf } from '../input/stop-reason.ts';
import { type Target, targetOf, waiting } from '../input/target.ts';

/** The answer of a verb here, for a machine of many. */
const FLEET_VIEW: FleetView = { describe: (data) => describeReport(data as ServiceReport) };
/** The same for a verb after which the service runs. */
const RUNS_VIEW: FleetView = { ...FLEET_VIEW, mustRun: (data) => (data as { readonly service: string }).service };
const DEPENDENTS = {
  dependents: { type: 'flag', help: 'First stop the services that depend on it; otherwise the SCM refuses (1051).' },
} as const;
const START_ARGUMENTS = {
  name: 'arguments',
  help: 'Arguments of the service, for this start only; after -- when they begin with a dash.',
  rest: true,
} as const;

export const start: Command = {
  name: 'start',
  summary: 'Start a service and wait until it runs.',
  details: 'Does nothing when the service runs already. Exit code 3 when it stops again, or is not running in time.',
  positionals: [SERVICE, START_ARGUMENTS],
  options: TIMEOUT,
  examples: [
    ['start {service}', 'start it, wait up to 30 s'],
    ['start {service} --timeout 2m', 'a service that takes long to be ready'],
    ['start {service} -- --verbose', 'with a start argument'],
  ],
  fleet: RUNS_VIEW,
  run: (cli, args) =>
    runAction(cli, args, async ({ client, rest }, options) => {
      await client.start({ ...options, args: rest });
    }),
};

export const stop: Command = {
  name: 'stop',
  summary: 'Stop a service and wait until its process has ended.',
  details: 'The SCM reports STOPPED a little before the process ends; until then its files are locked.',
  positionals: [SERVICE],
  options: { ...DEPENDENTS, ...REASON, ...TIMEOUT },
  examples: [
    ['stop {service}', 'stop it and wait for its process'],
    ['stop {service} --dependents', 'first stop the services that depend on it'],
    ['stop {service} --reason upgrade --comment "to 2.1"', 'with a reason for the event log'],
  ],
  fleet: FLEET_VIEW,
  run: (cli, args) =>
    runAction(cli, args, async ({ client }, options) => {
      await client.stop({ ...options, ...stopOptions(args) });
    }),
};

export const restart: Command = {
  name: 'restart',
  summary: 'Stop a service, wait for its process to end, and start it.',
  positionals: [SERVICE, START_ARGUMENTS],
  options: { ...DEPENDENTS, ...REASON, ...TIMEOUT },
  examples: [
    ['restart {service}', 'after an update of its files'],
    ['restart {service} --dependents', 'services that depend on it are stopped and started again'],
  ],
  fleet: RUNS_VIEW,
  run: (cli, args) =>
    runAction(cli, args, async ({ client, rest }, options) => {
      await client.restart({ ...options, ...stopOptions(args), args: rest });
    }),
};

export const pause: Command = {
  name: 'pause',
  summary: 'Pause a service that has a pause handler.',
  positionals: [SERVICE],
  options: TIMEOUT,
  examples: [['pause {service}', 'wait until it is paused']],
  fleet: FLEET_VIEW,
  run: (cli, args) =>
    runAction(cli, args, async ({ client }, options) => {
      await client.pause(options);
    }),
};

export const resume: Command = {
  name: 'resume',
  summary: 'Resume a paused service.',
  positionals: [SERVICE],
  options: TIMEOUT,
  examples: [['resume {service}', 'wait until it runs again']],
  fleet: RUNS_VIEW,
  run: (cli, args) =>
    runAction(cli, args, async ({ client }, options) => {
      await client.resume(options);
    }),
};

async function runAction(
  cli: Cli,
  args: Arguments,
  work: (target: Target, options: WaitOptions) => Promise<void>,
): Promise<undefined> {
  const target = await targetOf(cli, args);
  const began = cli.clock.now();
  await waiting(cli, args, target.name, (options) => work(target, options));
  printReport(cli, target.name, await target.client.status(), Math.round(cli.clock.now() - began));
  if (reasonOf(args) && !(await cli.manager()).supportsStopReason)
    cli.out.note('The reason is not recorded: this system has no ControlServiceEx.');
  return undefined;
}

function stopOptions(args: Arguments): Pick<StopOptions, 'dependents' | 'reason'> {
  const reason = reasonOf(args);
  return { dependents: args.flag('dependents'), ...(reason && { reason }) };
}

/** `OrdersApi is running (PID 4711), after 1.2 s` */
function printReport(cli: Cli, service: string, report: ServiceReport, elapsedMs: number): void {
  // The exit code of an earlier run isn't part of this answer.
  const text =
    report.state === 'stopped' && 'win32' in report.exit && report.exit.win32 === 0
      ? 'stopped'
      : describeReport(report);
  cli.out.result({ service, ...report, elapsedMs }, () => `${service} is ${text}, after ${formatMs(elapsedMs)}\n`);
}
