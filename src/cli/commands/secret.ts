import { formatTable } from '../output/table.ts';
import { Win32Error } from '../../errors/win32-error.ts';
import type { SecretInfo, SecretStore } from '../../secret/index.ts';
import { type Cli, type Command, EXIT, type Positional, SERVICE } from '../command.ts';
import type { Arguments } from '../input/arguments.ts';
import { readSecretValue } from '../input/secret-value.ts';
import { UsageError } from '../input/usage-error.ts';
import { commandFor } from '../output/next-step.ts';

const NAME: Positional = { name: 'name', help: 'Name of the secret, without regard to case: DB_PASSWORD.' };

const set: Command = {
  name: 'set',
  summary: 'Encrypt a secret for a service and keep it.',
  details: `The value comes from a prompt or from standard input, never from the command line: other users can read that in the
list of processes. The secret takes the place of one with this name. A running service reads it when it reads its
configuration again.`,
  positionals: [SERVICE, NAME],
  options: { stdin: { type: 'flag', help: 'Read the value from standard input. One line end after it is dropped.' } },
  examples: [
    ['secret set {service} DB_PASSWORD', 'asks for the value'],
    ['secret set {service} TLS_KEY --stdin < key.pem', 'from a file'],
  ],
  async run(cli, args) {
    const { service, name } = namesOf(cli, args);
    const account = await accountOf(cli, service);
    const store = await openStore(cli, args, service);
    const value = await readSecretValue(cli, args, name);
    await store.set(name, value, { account: account ?? `NT SERVICE\\${service}` });
    if (account === undefined)
      cli.out.note(`There is no service "${service}" yet: its account gets access to the secret when it is installed.`);
    cli.out.result({ service, name: name.toUpperCase(), set: true }, () => `${name.toUpperCase()} is set\n`);
    return EXIT.done;
  },
};

const list: Command = {
  name: 'list',
  summary: 'List the secrets of a service, without their values.',
  positionals: [SERVICE],
  examples: [['secret list {service}', 'names, and when each was changed']],
  async run(cli, args) {
    const { service } = namesOf(cli, args);
    const secrets = await (await openStore(cli, args, service)).list();
    cli.out.result({ service, secrets: secrets.map(toJsonRow) }, () =>
      secrets.length === 0
        ? `${service} has no secrets.\n`
        : formatTable(
            cli.out,
            ['NAME', 'FOR', 'CHANGED'],
            secrets.map((secret) => [secret.name, readersOf(secret), secret.changed.toISOString()]),
          ),
    );
    return EXIT.done;
  },
};

const remove: Command = {
  name: 'remove',
  summary: 'Remove a secret of a service.',
  positionals: [SERVICE, NAME],
  examples: [['secret remove {service} DB_PASSWORD', 'for good']],
  async run(cli, args) {
    const { service, name } = namesOf(cli, args);
    const removed = await (await openStore(cli, args, service)).remove(name);
    if (!removed)
      throw new UsageError(
        `Service "${service}" has no secret ${name.toUpperCase()}. See: ${commandFor(cli, 'secret', 'list', service) ?? 'secret list'}`,
      );
    cli.out.result({ service, name: name.toUpperCase(), removed }, () => `${name.toUpperCase()} is removed\n`);
    return EXIT.done;
  },
};

export const secret: Command = {
  name: 'secret',
  summary: 'Keep secrets of a service, encrypted by Windows.',
  details: 'A configuration file reads them as ${secret:NAME}.',
  subcommands: [set, list, remove],
};

function namesOf(cli: Cli, { positionals }: Arguments): { readonly service: string; readonly name: string } {
  const [service = '', name = ''] = cli.service ? [cli.service.name, ...positionals] : positionals;
  return { service, name };
}

async function openStore(cli: Cli, args: Arguments, service: string): Promise<SecretStore> {
  if (args.text('machine') !== undefined)
    throw new UsageError('secret works on this machine only, because only it has the keys: leave out --machine.');
  return cli.openSecrets(service);
}

/** The account of a service; `undefined`: it isn't installed. */
async function accountOf(cli: Cli, service: string): Promise<string | undefined> {
  const manager = await cli.manager();
  try {
    return (await manager.service(service).config()).account ?? 'LocalSystem';
  } catch (error) {
    if (error instanceof Win32Error && error.symbol === 'ERROR_SERVICE_DOES_NOT_EXIST') return undefined;
    throw error;
  }
}

function readersOf({ scope, user }: SecretInfo): string {
  if (scope === undefined) return 'none: the file is damaged';
  return scope === 'machine' ? 'the service' : `${user ?? ''} only`;
}

function toJsonRow({ name, scope, machine, user, changed }: SecretInfo): object {
  return { name, scope: scope ?? null, machine: machine ?? null, user: user ?? null, changed: changed.toISOString() };
}
