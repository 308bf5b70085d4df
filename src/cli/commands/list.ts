import { formatTable } from '../output/table.ts';
import type { ListedService, ListOptions, ServiceConfig } from '../../manager/index.ts';
import { type Cli, type Command, EXIT } from '../command.ts';
import { colouredState } from '../output/describe.ts';
import { printable } from '../output/printable.ts';

type Row = ListedService & { readonly config?: ServiceConfig };

export const list: Command = {
  name: 'list',
  summary: 'List services.',
  details: 'Piped, it is one line per service, with a tab between the columns and no head.',
  positionals: [
    {
      name: 'text',
      help: 'Only those with this in their name or display name; /…/ is a regular expression.',
      optional: true,
    },
  ],
  options: {
    state: { type: 'text', value: 'STATE', help: 'active, inactive or all (default).' },
    type: { type: 'text', value: 'TYPE', help: 'win32 (default), driver or all.' },
    group: { type: 'text', value: 'NAME', help: 'Only those of this load order group.' },
    long: { type: 'flag', short: 'l', help: 'Also start type, account and command line.' },
  },
  examples: [
    ['list', 'all services'],
    ['list orders --state active', 'running ones with "orders" in their name'],
    ['list /^My/ --long', 'names that begin with My, with their settings'],
    ['list --json --long', 'every setting of every service'],
  ],
  fleet: {
    describe: (data) =>
      (data as { readonly services: readonly Row[] }).services.map(({ name, state }) => `${name}: ${state}`),
  },
  async run(cli, args) {
    const state = args.oneOf('state', ['active', 'inactive', 'all']);
    const type = args.oneOf('type', ['win32', 'driver', 'all']);
    const group = args.text('group');
    const [text] = args.positionals;
    const options: ListOptions = {
      ...(state && { state }),
      ...(type && { type }),
      ...(group === undefined ? {} : { group }),
      ...(text === undefined ? {} : { name: patternOf(text) }),
    };
    const manager = await cli.manager();
    const rows: Row[] = args.flag('long')
      ? await collect(manager.listConfigs(options))
      : [...(await manager.list(options))];
    rows.sort((a, b) => a.name.localeCompare(b.name, 'en'));
    cli.out.result({ services: rows }, () => render(cli, rows, args.flag('long')));
    if (rows.length === 0) cli.out.note('No service matches.');
    return EXIT.done;
  },
};

function render({ out }: Cli, services: readonly Row[], long: boolean): string {
  if (services.length === 0) return '';
  const head = [
    'NAME',
    'STATE',
    'PID',
    ...(long ? ['START', 'ACCOUNT', 'DISPLAY NAME', 'COMMAND LINE'] : ['DISPLAY NAME']),
  ];
  const rows = services.map(({ name, state, pid, displayName, config }) => [
    printable(name),
    colouredState(out, state),
    pid === 0 ? '' : String(pid),
    ...(config ? [config.startType, printable(config.account ?? 'LocalSystem')] : []),
    printable(displayName),
    ...(config ? [printable(config.imagePath)] : []),
  ]);
  return formatTable(out, head, rows);
}

function patternOf(text: string): RegExp | string {
  const pattern = /^\/(.*)\/$/.exec(text)?.[1];
  return pattern === undefined ? text : new RegExp(pattern, 'i');
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
