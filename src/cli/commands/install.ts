import type { ServiceSpec } from '../../manager/index.ts';
import { type Command, EXIT, TIMEOUT } from '../command.ts';
import { printChanges } from '../output/print-changes.ts';
import { specOfInstall } from '../input/spec-of-install.ts';
import { SPEC_OPTIONS } from '../input/spec-options.ts';
import { shellQuote } from '../output/shell-quote.ts';
import { waiting } from '../input/target.ts';
import { withPassword } from '../input/with-password.ts';

export const install: Command = {
  name: 'install',
  summary: 'Install a script or a program as a service.',
  details: `Needs an administrator. A new service gets safe settings: an account of its own with few rights (virtual), restarts
after failures, a quoted command line. When a setting fails, nothing is left behind.

A script that defines its service with defineService has name and settings in itself: let it call
service.runCli() and install it with: node service.js install

A password is never taken from the command line, which every user of the machine can read in the list of
processes and which shells keep in their history.`,
  own: {
    summary: 'Install this service.',
    details: `Needs an administrator. Its settings are those of the definition's install block; options add to them. The SCM
starts this script with the argument run. When a setting fails, nothing is left behind.`,
  },
  positionals: [{ name: 'script', help: 'Script (.js, .mjs, .cjs, .ts) or program (.exe) to run.', own: true }],
  options: {
    name: { type: 'text', value: 'NAME', help: 'Name of the service. Default: that of the file.', own: true },
    ...SPEC_OPTIONS,
    now: { type: 'flag', help: 'Start it too, and wait until it runs.' },
    ...TIMEOUT,
  },
  examples: [
    ['install {script}', 'with safe defaults'],
    ['install {script} --start delayed --depends Tcpip --env PORT=3000', 'with settings'],
    ['install {script} --account CONTOSO\\svc-orders --password-stdin < secret.txt', 'under a user account'],
    ['install {script} --arg=--port --arg=3000 --now', 'with arguments, and start it'],
  ],
  async run(cli, args) {
    const spec: ServiceSpec = specOfInstall(cli, args);
    const manager = await cli.manager();
    // Nobody should be asked for a password only to hear that an option is wrong.
    await manager.ensure(spec, { plan: true });
    const result = await manager.install(await withPassword(cli, args, spec));
    if (args.flag('now')) {
      const service = manager.service(spec.name);
      await waiting(cli, args, spec.name, (options) => service.start(options));
    }
    printChanges(cli, spec.name, result);
    if (!args.flag('now')) {
      const target = cli.service ? '' : ` ${shellQuote(spec.name)}`;
      cli.out.note(`Start it: ${cli.program} start${target}`);
    }
    return EXIT.done;
  },
};
