import type { ImportPlan } from '../../import/import-plan.ts';
import { IMPORT_TOOLS } from '../../import/import-plan.ts';
import type { ImportMachine } from '../../import/read-import.ts';
import { ServiceError } from '../../errors/service-error.ts';
import { type Cli, type Command, EXIT } from '../command.ts';
import type { Arguments } from '../input/arguments.ts';
import { childEnvironment, expandVariables } from '../input/expand-variables.ts';
import { UsageError } from '../input/usage-error.ts';
import { commandFor } from '../output/next-step.ts';
import { formatPlan, withoutSecrets } from '../output/format-import.ts';

export const importService: Command = {
  name: 'import',
  summary: 'Take a service over from NSSM, WinSW, node-windows, pm2, Shawl or Servy.',
  details: `Prints the spec and the settings of the host that the service becomes, and three lists: settings that are taken,
approximated and dropped, with the reason. Nothing is changed without --apply.

Name the service, or its settings file: WinSW and node-windows (XML, YAML), pm2 (ecosystem file, dump.pm2), Servy (an
export, XML or JSON). winsvc hosts Node.js programs: a service that runs another program stays where it is.

An ecosystem file in JavaScript must be run to be read: --trust allows it.`,
  positionals: [{ name: 'service', help: 'Name of an installed service, or its settings file.' }],
  options: {
    from: { type: 'text', value: 'TOOL', help: `${IMPORT_TOOLS.join(', ')}. Default: found by the settings.` },
    plan: { type: 'flag', help: 'Only show what would be done. The default.' },
    'pm2-env': { type: 'text', value: 'NAME', help: 'Take the variables of the block env_NAME too.' },
    trust: { type: 'flag', help: 'Run a JavaScript file of pm2, in a process of its own.' },
  },
  examples: [
    ['import {service}', 'what would the service become?'],
    ['import ecosystem.config.js --trust --pm2-env production', 'the apps of pm2'],
  ],
  async run(cli, args) {
    const [target = ''] = args.positionals;
    if (args.text('machine') !== undefined) throw new UsageError('import is for this machine: leave out --machine.');
    const plans = await readPlans(cli, args, target);
    cli.out.result({ services: plans.map(withoutSecrets), applied: false }, () =>
      plans.map((plan) => formatPlan(plan, cli.out.style)).join('\n'),
    );
    const next = commandFor(cli, 'import', target, ...repeated(args), '--apply');
    if (next !== undefined) cli.out.note(`Nothing was changed. Replace the service: ${next}`);
    return EXIT.done;
  },
};

async function readPlans(cli: Cli, args: Arguments, target: string): Promise<readonly ImportPlan[]> {
  const { readImport } = await import('../../import/read-import.ts');
  const options = {
    from: args.oneOf('from', IMPORT_TOOLS),
    trust: args.flag('trust'),
    environment: args.text('pm2-env'),
    env: childEnvironment(cli.env),
    expand: (text: string) => expandVariables(text, cli.env),
  };
  return readImport(target, options, machineOf(cli));
}

/** The options that the next command needs too. */
function repeated(args: Arguments): readonly string[] {
  const [from, environment] = [args.text('from'), args.text('pm2-env')];
  return [
    ...(from === undefined ? [] : ['--from', from]),
    ...(environment === undefined ? [] : ['--pm2-env', environment]),
    ...(args.flag('trust') ? ['--trust'] : []),
  ];
}

/** Reads the SCM and the registry. Where there is no SCM, no service is installed: a file can be read anywhere. */
function machineOf(cli: Cli): ImportMachine {
  return {
    async config(service) {
      try {
        const client = (await cli.manager()).service(service);
        return (await client.exists()) ? await client.config() : undefined;
      } catch (error) {
        if (error instanceof ServiceError && error.code === 'WINDOWS_ONLY') return undefined;
        throw error;
      }
    },
    async parameters(service) {
      const probed = await (await cli.openProbe()).parameters(service);
      if (probed.value === undefined) {
        throw new ServiceError('INVALID_OPTIONS', `The registry key of "${service}" can't be read: ${probed.why}`);
      }
      return probed.value ?? undefined;
    },
  };
}
