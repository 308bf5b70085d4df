import { type Cli, type Command, EXIT, TIMEOUT } from '../command.ts';
import type { Finding } from '../doctor/finding.ts';
import { formatFindings } from '../output/format-explanation.ts';
import { printable } from '../output/printable.ts';
import { printChanges } from '../output/print-changes.ts';
import { announce, specOfInstall } from '../input/spec-of-install.ts';
import { HOST_OPTIONS, PROGRAM_OPTIONS } from '../input/host-options.ts';
import { SPEC_OPTIONS } from '../input/spec-options.ts';
import { commandFor } from '../output/next-step.ts';
import { startNow } from '../output/start-now.ts';
import { isEcosystemFile } from '../input/ecosystem-file.ts';
import { withPassword } from '../input/with-password.ts';

export const install: Command = {
  name: 'install',
  summary: 'Install a script or a program as a service.',
  details: `Needs an administrator. A new service gets safe settings: a dedicated account with few rights (virtual), restarts
after failures, a quoted command line. When a setting fails, nothing is left behind.

Without --name the service gets the name in its defineService call, otherwise the name of the script, and for main,
index, app, server and service that of the package.json.

An ecosystem file of pm2 becomes one service per app; all are checked before the first one is installed.

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
      help: 'Script (.js, .mjs, .cjs, .ts), folder with a package.json, program (.exe), or ecosystem file of pm2.',
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
    'pm2-env': {
      type: 'text',
      value: 'NAME',
      help: 'Ecosystem file: the variables of the block env_NAME too.',
      own: true,
    },
    trust: { type: 'flag', help: 'Ecosystem file: run one in JavaScript, in a process of its own.', own: true },
    'skip-unknown': { type: 'flag', help: 'Ecosystem file: leave out settings that are not known.', own: true },
    now: { type: 'flag', help: 'Start it too, and wait until it runs.' },
    ...TIMEOUT,
  },
  examples: [
    ['install {script}', 'with safe defaults'],
    ['install {script} --start delayed --depends Tcpip --env PORT=3000', 'with settings'],
    ['install {script} --account CONTOSO\\svc-orders --password-stdin < secret.txt', 'under a user account'],
    ['install {script} --now -- --port 3000', 'with arguments, and start it'],
    ['install --bin next --now -- start -p 3000', 'a program of a package, in the folder of the project'],
    ['install ecosystem.config.js --trust', 'a service for each app'],
    ['install {script} --ready http://127.0.0.1:3000/health --limit memory=512M', 'hosted, with settings'],
  ],
  async run(cli, args) {
    const [target] = args.positionals;
    if (!cli.service && isEcosystemFile(target)) {
      const { installEcosystem } = await import('./install-ecosystem.ts');
      return installEcosystem(cli, args, target);
    }
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
    if (now) {
      const { status, line } = await startNow(cli, args, spec);
      if (cli.out.json) printChanges(cli, spec.name, result, { findings, status });
      else cli.stdout.write(line);
    } else note(cli, 'Start it', commandFor(cli, 'start', spec.name));
    return EXIT.done;
  },
};

/** Checks the installed service. Findings are advice: a check that fails doesn't fail the install. */
async function findingsOf(cli: Cli, service: string): Promise<readonly Finding[]> {
  const { checkInstall } = await import('../doctor/check-install.ts');
  return checkInstall(cli, service).catch(() => []);
}

function note(cli: Cli, text: string, command: string | undefined): void {
  if (command !== undefined) cli.out.note(`${text}: ${command}`);
}
