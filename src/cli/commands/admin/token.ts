import { formatTable } from '../../output/table.ts';
import type { Arguments } from '../../input/arguments.ts';
import { type Cli, type Command, EXIT } from '../../command.ts';
import { UsageError } from '../../input/usage-error.ts';
import type { TokenStore } from '../../../admin/index.ts';
import { FILE_OPTION, tokenFile } from './files.ts';

const ROLES = ['metrics', 'viewer', 'operator', 'admin'] as const;
const DAY_MS = 86_400_000;

export const tokenCreate: Command = {
  name: 'create',
  summary: 'Make a token and show it once.',
  details: 'The file has its SHA-256 only. A running server knows the token within a second.',
  options: {
    name: { type: 'text', value: 'NAME', help: 'Person or program that it is for, as the audit log shows it.' },
    role: { type: 'text', value: 'ROLE', help: `${ROLES.join(', ')}. Default viewer.` },
    service: { type: 'list', value: 'NAME', help: 'Only this service. Default: all.' },
    logs: { type: 'flag', help: 'A viewer may read logs and events too.' },
    days: { type: 'text', value: 'N', help: 'Ends after so many days. Default: never.' },
    ...FILE_OPTION,
  },
  examples: [
    ['admin token create --name "Anna" --role operator', 'for a person'],
    ['admin token create --name deploy --role operator --service Orders --days 90', 'for a script'],
  ],
  async run(cli, args) {
    const name = args.text('name');
    if (name === undefined)
      throw new UsageError('token create needs --name: the person or program that the token is for.');
    const services = args.list('service');
    const days = daysOf(args);
    const store = await open(args);
    const { token, record } = await store.create({
      name,
      role: args.oneOf('role', ROLES) ?? 'viewer',
      ...(services && { services }),
      ...(args.flag('logs') && { logs: true }),
      ...(days !== undefined && { expires: new Date(Date.now() + days * DAY_MS) }),
    });
    const { hash: _, ...shown } = record;
    cli.out.result({ token, ...shown }, () => `${token}\n`);
    cli.out.note(
      `Copy it now: it is shown only this once. Revoke it with: ${cli.program} admin token revoke ${record.id}`,
    );
    return EXIT.done;
  },
};

export const tokenList: Command = {
  name: 'list',
  summary: 'List the tokens, without their secrets.',
  options: FILE_OPTION,
  examples: [['admin token list', 'who has access']],
  async run(cli, args) {
    const tokens = (await (await open(args)).list()).map(({ hash: _, ...shown }) => shown);
    cli.out.result({ tokens }, () =>
      tokens.length === 0
        ? 'There are no tokens.\n'
        : formatTable(
            cli.out,
            ['ID', 'NAME', 'ROLE', 'SERVICES', 'ENDS'],
            tokens.map(({ id, name, role, services, expiresAt }) => [
              id,
              name,
              role,
              services?.join(', ') ?? 'all',
              expiresAt ?? 'never',
            ]),
          ),
    );
    return EXIT.done;
  },
};

export const tokenRevoke: Command = {
  name: 'revoke',
  summary: 'Revoke a token, and end its sessions.',
  positionals: [{ name: 'id', help: 'The ID that list shows.' }],
  options: FILE_OPTION,
  examples: [['admin token revoke 4f1c09aa77de', 'within a second']],
  async run(cli: Cli, args) {
    const [id = ''] = args.positionals;
    const revoked = await (await open(args)).revoke(id);
    if (!revoked) throw new UsageError(`There is no token "${id}". See: ${cli.program} admin token list`);
    cli.out.result({ id, revoked }, () => `${id} is revoked\n`);
    return EXIT.done;
  },
};

async function open(args: Arguments): Promise<TokenStore> {
  const { openTokenStore } = await import('../../../admin/index.ts');
  return openTokenStore(tokenFile(args));
}

function daysOf(args: Arguments): number | undefined {
  const text = args.text('days');
  if (text === undefined) return undefined;
  const days = Number(text);
  if (!Number.isInteger(days) || days < 1 || days > 36_500)
    throw new UsageError(`--days must be a whole number from 1 to 36500; got "${text}".`);
  return days;
}
