import { existsSync } from 'node:fs';
import { optionalPackage } from '../../../errors/optional-package.ts';
import type { ServiceManager } from '../../../manager/index.ts';
import { type Command, EXIT } from '../../command.ts';
import { printChanges } from '../../output/print-changes.ts';
import { ADMIN_SERVICE, adminFolders, tokenFile } from './files.ts';
import { portOf, SERVER_OPTIONS } from './run.ts';

export const adminInstall: Command = {
  name: 'install',
  summary: 'Install the API and the page as a service, or change how it runs.',
  details: `Needs an administrator. The service runs as its virtual account, which may query services only; this command also
gives it the right to control those of --service (see grant).`,
  options: {
    ...SERVER_OPTIONS,
    account: {
      type: 'text',
      value: 'NAME',
      help: 'virtual (default), localService, networkService, localSystem, or a group managed account (DOMAIN\\name$). localSystem may do everything: use it where there are no virtual accounts.',
    },
  },
  examples: [
    ['admin install --service Orders', 'then make a token, and: start WinsvcAdmin'],
    ['admin install --service Orders --port 9443', 'again, with another port'],
  ],
  async run(cli, args) {
    const manager = await cli.manager();
    const services = args.list('service') ?? [];
    const port = portOf(args);
    const account = args.text('account') ?? 'virtual';
    // Before anything is changed: what the service needs, and the services that it is to control.
    await optionalPackage('rate-limiter-flexible', 'winsvc admin', () => import('rate-limiter-flexible'));
    for (const name of services) await manager.service(name).status();
    const result = await manager.ensure({
      name: ADMIN_SERVICE,
      displayName: 'winsvc admin',
      description: 'REST API and page to query, start and stop services.',
      account,
      // The account gets access to them, also to those that a command made before.
      folders: [adminFolders().access],
      program: {
        args: [
          'admin',
          'run',
          '--port',
          String(port),
          ...services.flatMap((name) => ['--service', name]),
          ...(args.flag('allow-install') ? ['--allow-install'] : []),
          ...(args.text('file') === undefined ? [] : ['--file', tokenFile(args)]),
        ],
      },
    });
    const grantee = await granteeOf(manager);
    if (grantee !== undefined) for (const name of services) await manager.service(name).grantControl(grantee);
    printChanges(cli, ADMIN_SERVICE, result);
    if (!existsSync(tokenFile(args)))
      cli.out.note(`Next, make a token: ${cli.program} admin token create --name "your name" --role operator`);
    return EXIT.done;
  },
};

/** Account that needs a right on each service; `undefined`: SYSTEM, which has them all. */
async function granteeOf(manager: ServiceManager): Promise<string | undefined> {
  const { account } = await manager.service(ADMIN_SERVICE).config();
  return account === null || account.toLowerCase() === 'localsystem' ? undefined : account;
}
