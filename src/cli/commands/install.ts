import type { ServiceReport } from '../../manager/index.ts';
import { join } from 'node:path';
import { formatMs } from '../../util/duration.ts';
import { type Cli, type Command, EXIT, TIMEOUT } from '../command.ts';
import type { Finding } from '../doctor/finding.ts';
import type { Arguments } from '../input/arguments.ts';
import { describeReport } from '../output/describe.ts';
import { formatFindings } from '../output/format-explanation.ts';
import { printable } from '../output/printable.ts';
import { printChanges } from '../output/print-changes.ts';
import { announce, specOfInstall } from '../input/spec-of-install.ts';
import { HOST_OPTIONS, PROGRAM_OPTIONS } from '../input/host-options.ts';
import { SPEC_OPTIONS } from '../input/spec-options.ts';
import { commandFor } from '../output/next-step.ts';
import { waiting } from '../input/target.ts';
import { readyAddresses } from '../../hosting/install/ready-addresses.ts';
import { toFileName } from '../../util/file-name.ts';
import { withPassword } from '../input/with-password.ts';

export const install: Command = {
  name: 'install',
  summary: 'Install a script or a program as a service.',
  details: `Needs an administrator. A new service gets safe settings: a dedicated account with few rights (virtual), restarts
after failures, a quoted command line. When a setting fails, nothing is left behind.

Without --name the service gets the name in its defineService call, otherwise the name of the script, and for main,
index, app, server and service that of the package.json.

A script that doesn't use winsvc runs unchanged (hosted): the service is running when it listens, and its servers are
closed gracefully at a stop. docs/hosting.md has the settings.

A script that calls service.runCli() is installed with its own settings by: node service.js install

A password is never an option: every user of the machine can read the command lines of its processes, and shells
keep them in their history.`,
  own: {
    summary: 'Install this service.',
    details: `Needs an administrator. Its settings are those of the definition's install block; options add to them. The SCM
starts this script with the argument run. When a setting fails, nothing is left behind.`,
  },
  positionals: [
    {
      name: 'script',
      help: 'Script (.js, .mjs, .cjs, .ts), folder with a package.json, or program (.exe).',
      own: true,
      optional: true,
    },
    { name: 'arguments', help: 'Arguments of the program; after --.', rest: true, own: true },
  ],
  options: {
    name: { type: 'text', value: 'NAME', help: 'Name of the service. Default: see below.', own: true },
    ...SPEC_OPTIONS,
    ...PROGRAM_OPTIONS,
    ...HOST_OPTIONS,
    now: { type: 'flag', help: 'Start it too, and wait until it runs.' },
    ...TIMEOUT,
  },
  examples: [
    ['install {script}', 'with safe defaults'],
    ['install {script} --start delayed --depends Tcpip --env PORT=3000', 'with settings'],
    ['install {script} --account CONTOSO\\svc-orders --password-stdin < secret.txt', 'under a user account'],
    ['install {script} --now -- --port 3000', 'with arguments, and start it'],
    ['install --bin next --now -- start -p 3000', 'a program of a package, in the folder of the project'],
    ['install {script} --ready http://127.0.0.1:3000/health --limit memory=512M', 'hosted, with settings'],
  ],
  async run(cli, args) {
    const wanted = specOfInstall(cli, args);
    const { spec } = wanted;
    if (wanted.isNameDerived) cli.out.note(printable(announce(wanted)));
    const manager = await cli.manager();
    // Wrong options are reported before a password is asked for, and before anything is copied.
    await manager.ensure(spec, { plan: true });
    wanted.copy();
    const result = await manager.install(await withPassword(cli, args, spec));
    const findings = args.text('machine') === undefined ? await findingsOf(cli, spec.name) : [];
    const now = args.flag('now');
    // One document of JSON: with the status where there is one.
    if (!cli.out.json || !now) printChanges(cli, spec.name, result, { findings });
    for (const line of formatFindings(findings)) cli.out.note(printable(line));
    if (now)
      await startNow(cli, args, spec.name, (status) => printChanges(cli, spec.name, result, { findings, status }));
    else note(cli, 'Start it', commandFor(cli, 'start', spec.name));
    return EXIT.done;
  },
};

/** A finding is advice: that it can't be made must not make the install fail. */
async function findingsOf(cli: Cli, service: string): Promise<readonly Finding[]> {
  const { checkInstall } = await import('../doctor/check-install.ts');
  return checkInstall(cli, service).catch(() => []);
}

/** Starts the service and prints where it runs and logs. */
async function startNow(
  cli: Cli,
  args: Arguments,
  name: string,
  printJson: (status: ServiceReport) => void,
): Promise<void> {
  const service = (await cli.manager()).service(name);
  const began = cli.clock.now();
  await waiting(cli, args, name, (options) => service.start(options));
  const status = await service.status();
  if (cli.out.json) {
    printJson(status);
    return;
  }
  const { findLogDir } = await import('../../logging/index.ts');
  const dir = cli.service?.definition.logging?.dir ?? findLogDir(name);
  const addresses = readyAddresses(join(dir, `${toFileName(name)}.log`));
  const where = addresses.length > 0 ? `; listens on ${addresses.join(', ')}` : '';
  cli.stdout.write(
    `${name} is ${describeReport(status)}, after ${formatMs(Math.round(cli.clock.now() - began))}${where}; logs in ${dir}\n`,
  );
}

function note(cli: Cli, text: string, command: string | undefined): void {
  if (command !== undefined) cli.out.note(`${text}: ${command}`);
}
