import { type Command, SERVICE, TIMEOUT } from '../command.ts';
import { targetOf, waiting } from '../input/target.ts';

export const uninstall: Command = {
  name: 'uninstall',
  summary: 'Stop a service, delete it, and wait until its name is free.',
  details: 'Needs an administrator. The files of the service stay. Its event source goes too, if winsvc made it.',
  positionals: [SERVICE],
  options: {
    dependents: { type: 'flag', help: 'First stop the services that depend on it.' },
    'keep-event-source': { type: 'flag', help: 'Event Viewer still shows the texts of its old records.' },
    'missing-ok': { type: 'flag', help: 'A service that does not exist is no error.' },
    ...TIMEOUT,
  },
  examples: [
    ['uninstall {service}', 'stop and delete it'],
    ['uninstall {service} --missing-ok', 'for an uninstaller that may run twice'],
  ],
  fleet: {
    describe: (data) => ((data as { readonly uninstalled: boolean }).uninstalled ? 'uninstalled' : 'was not installed'),
  },
  async run(cli, args) {
    const { name, client } = await targetOf(cli, args);
    const existed = await client.exists();
    await waiting(cli, args, name, (options) =>
      client.uninstall({
        ...options,
        dependents: args.flag('dependents'),
        missingOk: args.flag('missing-ok'),
        keepEventSource: args.flag('keep-event-source'),
      }),
    );
    cli.out.result({ service: name, uninstalled: existed }, () =>
      existed ? `${name} is uninstalled\n` : `${name} was not installed\n`,
    );
    return undefined;
  },
};
