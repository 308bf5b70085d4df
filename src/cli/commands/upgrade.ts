import type { RollbackOptions, SwitchOptions, SwitchResult } from '../../upgrade/index.ts';
import { dropUndefined } from '../../util/drop-undefined.ts';
import { formatMs } from '../../util/duration.ts';
import { type Cli, type Command, EXIT, type FleetView, type Option, type Positional } from '../command.ts';
import type { Arguments } from '../input/arguments.ts';
import { npmInstall } from '../input/npm-install.ts';
import { readyChecksOf } from '../input/ready-checks.ts';
import { UsageError } from '../input/usage-error.ts';
import { printable } from '../output/printable.ts';

const SERVICE: Positional = { name: 'service', help: 'Name of the service (not its display name).' };
const SWITCH: Readonly<Record<string, Option>> = {
  'ready-url': {
    type: 'text',
    value: 'URL',
    help: 'Must answer with 200 to 299 after the start. {machine} in it is the name of the machine.',
  },
  'ready-checks': {
    type: 'list',
    value: 'CHECK',
    help: 'Must pass after the start: a URL, tcp:PORT, tcp:HOST:PORT, service:NAME, or a module with checks.',
  },
  'ready-timeout': { type: 'text', value: 'TIME', help: 'How long it may take to be ready. Default 30s.' },
  'stable-for': {
    type: 'text',
    value: 'TIME',
    help: 'Must stay running and ready for so long, such as 60s. Default 0s.',
  },
  'start-timeout': { type: 'text', value: 'TIME', help: 'How long the start may take. Default 30s.' },
  'stop-timeout': { type: 'text', value: 'TIME', help: 'How long the stop may take. Default 30s.' },
  dependents: { type: 'flag', help: 'Stop the services that depend on it first, and start them again.' },
  kill: {
    type: 'flag',
    help: 'End the process of a service that does not stop in time. Otherwise nothing is switched.',
  },
  start: { type: 'flag', help: 'Start it even if it was stopped. Otherwise it stays stopped.' },
  plan: { type: 'flag', help: 'Only show what would be done.' },
};

const FLEET_VIEW: FleetView = {
  describe: describeSwitch,
  finish: true,
  mustRun: (data) => {
    const { service, started } = data as SwitchResult;
    return started ? service : undefined;
  },
};

export const upgrade: Command = {
  name: 'upgrade',
  summary: 'Put a new release of a service in place; go back when it does not start or is not ready.',
  details: `Needs an administrator. The release is copied into a folder of its own. Then the service is stopped, pointed at that
folder and started. When it does not run, is not ready or not stable, the old release is started again, and the exit code
is 1. After a crash the next upgrade or rollback undoes what was begun.

A service that was installed from a folder becomes one with releases by --adopt, once: its folder stays the first release,
and the new ones go beside it, into <folder>.releases.`,
  positionals: [SERVICE],
  options: {
    from: { type: 'text', value: 'PATH', help: 'The new release: a folder, or an archive (.tgz of npm pack).' },
    adopt: { type: 'flag', help: 'Let the folder of the service become its first release.' },
    folder: { type: 'text', value: 'FOLDER', help: 'That folder. Default: the nearest one with a package.json.' },
    as: { type: 'text', value: 'NAME', help: 'Name of the release. Default: the version in its package.json.' },
    script: { type: 'text', value: 'FILE', help: 'Script of the release, relative to its folder. Default: as before.' },
    install: { type: 'flag', help: 'Install its packages first: npm ci --omit=dev. npm pack leaves them out.' },
    keep: { type: 'text', value: 'N', help: 'Releases to keep, the current one included. Default 3.' },
    ...SWITCH,
  },
  examples: [
    ['upgrade {service} --from orders-2.1.0.tgz --install --adopt', 'the first upgrade, from npm pack'],
    ['upgrade {service} --from dist --ready-url http://localhost:3000/readyz --stable-for 60s', 'with a health gate'],
    ['upgrade {service} --from dist --plan', 'show what would be done'],
  ],
  fleet: FLEET_VIEW,
  async run(cli, args) {
    const from = args.text('from');
    if (from === undefined) throw new UsageError('upgrade needs --from: the folder or the archive of the new release.');
    if (args.flag('folder') && !args.flag('adopt')) throw new UsageError('--folder is for --adopt.');
    const { upgradeService } = await import('../../upgrade/index.ts');
    const result = await upgradeService({
      ...(await switchOptions(cli, args)),
      from,
      adopt: args.text('folder') ?? args.flag('adopt'),
      ...dropUndefined({ as: args.text('as'), script: args.text('script'), keep: args.count('keep') }),
      ...(args.flag('install') && { prepare: npmInstall }),
    });
    print(cli, result);
    return EXIT.done;
  },
};

export const rollback: Command = {
  name: 'rollback',
  summary: 'Go back to the release before the present one.',
  details: `Needs an administrator. In the same steps as an upgrade: when the earlier release does not start, the present one is
started again. After an upgrade that crashed, it undoes that one.`,
  positionals: [SERVICE],
  options: {
    to: { type: 'text', value: 'NAME', help: 'Another release, by its name. Default: the one before the present one.' },
    ...SWITCH,
  },
  examples: [
    ['rollback {service}', 'go back to the release before'],
    ['rollback {service} --to 2.0.0', 'or to any that is kept'],
    ['rollback {service} --plan', 'show what would be done, and the releases'],
  ],
  fleet: FLEET_VIEW,
  async run(cli, args) {
    const { rollbackService } = await import('../../upgrade/index.ts');
    const options: RollbackOptions = { ...(await switchOptions(cli, args)), ...dropUndefined({ to: args.text('to') }) };
    print(cli, await rollbackService(options));
    return EXIT.done;
  },
};

async function switchOptions(cli: Cli, args: Arguments): Promise<SwitchOptions> {
  const [service = ''] = args.positionals;
  const checks = await readyChecksOf(cli, args.list('ready-checks'));
  return {
    service,
    manager: await cli.manager(),
    signal: cli.signal,
    onProgress: (step, text) => {
      if (step !== 'clean') cli.out.note(printable(`${service}: ${text}`));
    },
    dependents: args.flag('dependents'),
    kill: args.flag('kill'),
    start: args.flag('start'),
    plan: args.flag('plan'),
    ...(checks.length > 0 && { readyChecks: checks }),
    ...dropUndefined({
      readyUrl: args.text('ready-url'),
      readyTimeout: args.duration('ready-timeout'),
      stableFor: args.duration('stable-for'),
      startTimeout: args.duration('start-timeout'),
      stopTimeout: args.duration('stop-timeout'),
    }),
  };
}

/** `Orders: release 2.0.0 → 2.1.0, running, down for 1.2 s, ready after 2 s` */
function print(cli: Cli, result: SwitchResult): void {
  cli.out.result(result, () => `${result.planned ? describePlan(result) : describeDone(result)}\n`);
  for (const warning of result.warnings) cli.out.note(printable(warning));
}

function describePlan({ service, steps = [], releases }: SwitchResult): string {
  const lines = steps.map((step, i) => `  ${i + 1}. ${printable(step)}`);
  return [`${printable(service)} would be switched:`, ...lines, `Releases: ${releases.map(printable).join(', ')}`].join(
    '\n',
  );
}

function describeDone({ service, from, to, started, times, recovered, action }: SwitchResult): string {
  const facts = [
    started ? 'running' : 'stopped',
    ...(times ? [`down for ${formatMs(times.runningMs)}`] : []),
    ...(times?.readyMs === undefined ? [] : [`ready after ${formatMs(times.readyMs)}`]),
  ].join(', ');
  const undone = recovered
    ? `${printable(service)}: the ${recovered.action} to ${printable(recovered.to)} that had not ended is undone\n`
    : '';
  if (recovered && action === 'rollback' && recovered.to === from)
    return `${undone}${printable(service)}: release ${printable(to)}, ${facts}`;
  return `${undone}${printable(service)}: release ${printable(from)} → ${printable(to)}, ${facts}`;
}

/** The same in one line, for a machine of many. */
function describeSwitch(data: unknown): string {
  const { from, to, planned, started, times } = data as SwitchResult;
  if (planned) return `would go from release ${from} to ${to}`;
  return `release ${from} → ${to}, ${started ? 'running' : 'stopped'}${times ? `, down for ${formatMs(times.runningMs)}` : ''}`;
}
