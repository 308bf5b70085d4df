import { type Command, EXIT } from '../../command.ts';
import { UsageError } from '../../input/usage-error.ts';

/** Makes the verb that gives the account of a service the right to control others, and takes it back. */
export function adminGrant(group: 'admin' | 'watchdog', defaultGrantee: string): Command {
  return {
    name: 'grant',
    summary: 'Let its account start, stop and pause services; with --revoke take that back.',
    details: `Needs an administrator. Adds an entry to the access list of each service: query, start, stop, pause, continue and
user-defined controls, but no change of settings. So it needs no LocalSystem.`,
    positionals: [{ name: 'service', help: 'Names of the services.', rest: true }],
    options: {
      to: { type: 'text', value: 'NAME', help: `Service whose account gets the right. Default ${defaultGrantee}.` },
      revoke: { type: 'flag', help: 'Take the right back.' },
    },
    examples: [
      [`${group} grant Orders Mailer`, 'two services'],
      [`${group} grant Orders --revoke`, 'take it back'],
    ],
    async run(cli, args) {
      const names = args.positionals;
      if (names.length === 0) throw new UsageError('grant needs the name of at least one service.');
      const manager = await cli.manager();
      const account = `NT SERVICE\\${args.text('to') ?? defaultGrantee}`;
      const revoke = args.flag('revoke');
      const services: { service: string; changed: boolean }[] = [];
      for (const name of names) {
        const client = manager.service(name);
        const changed = await (revoke ? client.revokeControl(account) : client.grantControl(account));
        services.push({ service: name, changed });
      }
      cli.out.result({ account, revoked: revoke, services }, () =>
        services
          .map(({ service, changed }) => {
            if (!changed) return `${account} ${revoke ? 'had no right on' : 'may control'} ${service} already\n`;
            return `${account} may ${revoke ? 'no longer ' : ''}control ${service}\n`;
          })
          .join(''),
      );
      return EXIT.done;
    },
  };
}
