import { printable } from '../output/printable.ts';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ImportPlan } from '../../import/import-plan.ts';
import { IMPORT_TOOLS } from '../../import/import-plan.ts';
import type { ImportJournal } from '../../import/import-journal.ts';
import type { ImportMachine } from '../../import/read-import.ts';
import { ServiceError } from '../../errors/service-error.ts';
import type { HostFiles } from '../../hosting/install/host-files.ts';
import type { AppliedImport, ImportStep } from '../../import/apply-import.ts';
import type { ServiceSpec } from '../../manager/index.ts';
import { type Cli, type Command, EXIT, TIMEOUT } from '../command.ts';
import type { Arguments } from '../input/arguments.ts';
import { childEnvironment, expandVariables } from '../input/expand-variables.ts';
import { checkPlans, SKIP_UNKNOWN } from '../input/check-plans.ts';
import { UsageError } from '../input/usage-error.ts';
import { withHost } from '../input/host-program.ts';
import { withPassword } from '../input/with-password.ts';
import { describeReport } from '../output/describe.ts';
import { commandFor } from '../output/next-step.ts';
import { formatPlan, withoutSecrets } from '../output/format-import.ts';

export const importService: Command = {
  name: 'import',
  summary: 'Take a service over from NSSM, WinSW, node-windows, pm2, Shawl or Servy.',
  details: `Prints the spec and the settings of the host that the service becomes, and three lists: settings that are taken,
approximated and dropped, with the reason. Nothing is changed without --apply.

Name the service, or its settings file: WinSW and node-windows (XML, YAML), pm2 (ecosystem file, dump.pm2), Servy (an
export, XML or JSON). winsvc hosts Node.js programs: a service that runs another program stays where it is.

An ecosystem file in JavaScript must be run to be read: --trust allows it.

--apply stops the old service, changes it to the new settings under the same name, and starts it. When it does not run
in time, the old service is put back as it was and started. A service that was stopped stays stopped. Its account and
password, its start type and its dependencies are kept.`,
  positionals: [{ name: 'service', help: 'Name of an installed service, or its settings file.' }],
  options: {
    from: { type: 'text', value: 'TOOL', help: `${IMPORT_TOOLS.join(', ')}. Default: found by the settings.` },
    plan: { type: 'flag', help: 'Only show what would be done. The default.' },
    apply: { type: 'flag', help: 'Replace the service. Needs an administrator.' },
    'pm2-env': { type: 'text', value: 'NAME', help: 'Take the variables of the block env_NAME too.' },
    trust: { type: 'flag', help: 'Run a JavaScript file of pm2, in a process of its own.' },
    account: {
      type: 'text',
      value: 'ACCOUNT',
      help: 'Account of a service that is not installed yet. Default: virtual.',
    },
    'password-stdin': { type: 'flag', help: 'Read the password of the account from standard input.' },
    ...SKIP_UNKNOWN,
    ...TIMEOUT,
  },
  examples: [
    ['import {service}', 'what would the service become?'],
    ['import {service} --apply', 'replace it, and put the old one back if the new one does not run'],
    ['import ecosystem.config.js --trust --pm2-env production', 'the apps of pm2'],
  ],
  async run(cli, args) {
    const [target = ''] = args.positionals;
    if (args.text('machine') !== undefined) throw new UsageError('import is for this machine: leave out --machine.');
    if (args.flag('plan') && args.flag('apply')) throw new UsageError('--plan and --apply contradict each other.');
    const plans = await readPlans(cli, args, target);
    if (args.flag('apply')) return applyAll(cli, args, plans);
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

/** Everything is checked before the first service is touched. */
async function applyAll(cli: Cli, args: Arguments, plans: readonly ImportPlan[]): Promise<number> {
  checkPlans(plans, args.flag('skip-unknown'));
  const manager = await cli.manager();
  const prepared: { spec: ServiceSpec; files: HostFiles | undefined }[] = [];
  for (const plan of plans) {
    const { spec, files } = toSpec(cli, args, plan, await manager.service(plan.spec.name).exists());
    const preview = await manager.ensure(spec, { plan: true });
    const asks = preview.changes.some(({ setting }) => setting === 'account');
    prepared.push({ spec: asks ? await withPassword(cli, args, spec) : spec, files });
  }
  const { applyImport } = await import('../../import/apply-import.ts');
  const journal = await journalOf(cli);
  const timeout = args.duration('timeout');
  const done: AppliedImport[] = [];
  for (const { spec, files } of prepared) {
    files?.copy();
    const applied = await applyImport(manager, spec, {
      ...(timeout !== undefined && { timeout }),
      signal: cli.signal,
      ...(journal && { journal }),
      onStep: (step) => cli.out.note(`${spec.name}: ${STEPS[step]}`),
      removeSource,
    });
    done.push(applied);
    for (const warning of applied.warnings) cli.out.note(warning);
    if (!cli.out.json)
      cli.stdout.write(`${printable(spec.name)} is replaced: it is ${describeReport(applied.status)}\n`);
  }
  if (cli.out.json) {
    const services = plans.map((plan, at) => ({ ...withoutSecrets(plan), status: done[at]?.status }));
    cli.out.result({ services, applied: true }, () => '');
  }
  return EXIT.done;
}

const STEPS: Readonly<Record<ImportStep, string>> = {
  stop: 'stopping the old service',
  change: 'changing its settings',
  start: 'starting the new service',
  restore: 'putting the old service back',
};

/** The whole spec of a plan. Messages name the option that is missing or wrong. */
function toSpec(
  cli: Cli,
  args: Arguments,
  { spec, host }: ImportPlan,
  exists: boolean,
): { readonly spec: ServiceSpec; readonly files: HostFiles | undefined } {
  const account = args.text('account');
  if (account !== undefined && exists) {
    throw new UsageError(
      `"${spec.name}" keeps its account. Change it afterwards: ${cli.program} config set ${spec.name} --account ${account}`,
    );
  }
  const { script = '' } = spec.program ?? {};
  if (!existsSync(script)) throw new UsageError(`"${spec.name}" runs ${script}, and there is no such file.`);
  const { program, files } = withHost(spec.program ?? {}, cli.env);
  if (files === undefined) {
    throw new UsageError(`${script} uses winsvc by itself: install it with ${cli.program} install.`);
  }
  return { spec: { ...spec, program, host, eventSource: true, ...(account !== undefined && { account }) }, files };
}

async function removeSource(service: string): Promise<void> {
  const { removeEventSource } = await import('../../eventlog/index.ts');
  await removeEventSource({ source: service });
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

/** Records below `%ProgramFiles%`, where only administrators write. */
async function journalOf({ env }: Cli): Promise<ImportJournal | undefined> {
  const folder = env['ProgramFiles'];
  if (folder === undefined) return undefined;
  const { createImportJournal } = await import('../../import/import-journal.ts');
  return createImportJournal(join(folder, 'winsvc', 'import'));
}

/** Reads the SCM and the registry. Where there is no SCM, no service is installed: a file can be read anywhere. */
function machineOf(cli: Cli): ImportMachine {
  return {
    async config(service) {
      try {
        const client = (await cli.manager()).service(service);
        if (!(await client.exists())) return undefined;
        const { findInterrupted } = await import('../../import/apply-import.ts');
        const interrupted = await findInterrupted(client, await journalOf(cli));
        if (!interrupted) return await client.config();
        cli.out.note(`An import of "${service}" was interrupted. With --apply it is finished.`);
        return interrupted.config;
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
