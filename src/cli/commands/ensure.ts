import type { EnsureResult, ServiceSpec } from '../../manager/index.ts';
import type { Arguments } from '../input/arguments.ts';
import { type Cli, type Command, EXIT, TIMEOUT } from '../command.ts';
import { printChanges } from '../output/print-changes.ts';
import { isSpecFile, readSpecFile } from '../input/spec-file.ts';
import { HOST_OPTIONS, hostFromOptions, PROGRAM_OPTIONS } from '../input/host-options.ts';
import { settingsFromOptions } from '../input/spec-from-options.ts';
import { specOfInstall } from '../input/spec-of-install.ts';
import { CLEAR, SPEC_OPTIONS } from '../input/spec-options.ts';
import { waiting } from '../input/target.ts';
import { withPassword } from '../input/with-password.ts';

export const ensure: Command = {
  name: 'ensure',
  summary: 'Make a service what a spec says: install it, change what differs, or do nothing.',
  details: `What the spec does not name is kept. When a change fails, the ones before it are undone. A running service keeps
its old settings until it is restarted.`,
  own: {
    summary: 'Make the installed service what its definition says: install it, change what differs, or do nothing.',
    details: `What neither the definition's install block nor an option names is kept. When a change fails, the ones before it
are undone. A running service keeps its old settings until it is restarted.`,
  },
  positionals: [
    {
      name: 'script',
      help: 'Spec as .json or .yaml (a ServiceSpec; options add to it), or a script as for install.',
      own: true,
      optional: true,
    },
    { name: 'arguments', help: 'Arguments of the program; after --.', rest: true, own: true },
  ],
  options: {
    name: {
      type: 'text',
      value: 'NAME',
      help: 'Name of the service. Default: that of the spec, or of the file.',
      own: true,
    },
    ...SPEC_OPTIONS,
    ...PROGRAM_OPTIONS,
    ...HOST_OPTIONS,
    ...CLEAR,
    plan: { type: 'flag', help: 'Only show what would change.' },
    check: { type: 'flag', help: 'Like --plan; exit code 3 when something would change.' },
    now: { type: 'flag', help: 'Start it too, and wait until it runs.' },
    ...TIMEOUT,
  },
  examples: [
    ['ensure {script} --plan', 'show what would change'],
    ['ensure {script} --start delayed', 'with settings as for install'],
    ['ensure orders.yaml --check', 'exit code 3 when the service was changed'],
  ],
  fleet: { describe: (data) => describeChanges(data as EnsureResult) },
  async run(cli, args) {
    const { spec, copy } = await specOf(cli, args);
    const manager = await cli.manager();
    const plan = args.flag('plan') || args.flag('check');
    const preview = await manager.ensure(spec, { plan: true });
    const touchesAccount = preview.changes.some(({ setting }) => setting === 'account');
    if (!plan) copy();
    const result = plan ? preview : await manager.ensure(touchesAccount ? await withPassword(cli, args, spec) : spec);
    if (args.flag('now') && !plan) {
      const service = manager.service(spec.name);
      await waiting(cli, args, spec.name, (options) => service.start(options));
    }
    printChanges(cli, spec.name, result);
    return args.flag('check') && result.changes.length > 0 ? EXIT.notReached : EXIT.done;
  },
};

/** Without options for the host its settings are kept. */
function specOfTarget(cli: Cli, args: Arguments): { readonly spec: ServiceSpec; copy(): void } {
  const wanted = specOfInstall(cli, args);
  const { host, ...spec } = wanted.spec;
  const isGiven = Object.keys(host ?? {}).length > 0;
  return { spec: isGiven ? wanted.spec : spec, copy: wanted.copy };
}

async function specOf(cli: Cli, args: Arguments): Promise<{ readonly spec: ServiceSpec; copy(): void }> {
  const [source] = args.positionals;
  if (source === undefined || !isSpecFile(source)) return specOfTarget(cli, args);
  const name = args.text('name');
  const file = await readSpecFile(source);
  const host = hostFromOptions(args);
  const spec: ServiceSpec = {
    ...file,
    ...settingsFromOptions(args),
    ...(name === undefined ? {} : { name }),
    ...(host && { host: { ...file.host, ...host } }),
  };
  return { spec, copy: () => undefined };
}

/** `would change startType, account` */
function describeChanges({ created, planned, changes }: EnsureResult): string {
  if (created) return planned ? 'would be installed' : 'is installed';
  const settings = changes.map(({ setting }) => setting).join(', ');
  if (settings === '') return 'is up to date';
  return `${planned ? 'would change' : 'has changed'} ${settings}`;
}
