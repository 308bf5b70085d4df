import { existsSync } from 'node:fs';
import { ServiceError } from '../../errors/service-error.ts';
import type { ImportPlan } from '../../import/import-plan.ts';
import type { ServiceManager, ServiceSpec } from '../../manager/index.ts';
import { type Cli, EXIT } from '../command.ts';
import type { Arguments } from '../input/arguments.ts';
import { childEnvironment, expandVariables } from '../input/expand-variables.ts';
import { givenHostOptions, hostFromOptions } from '../input/host-options.ts';
import { withHost } from '../input/host-program.ts';
import { settingsFromOptions } from '../input/spec-from-options.ts';
import { checkPlans } from '../input/check-plans.ts';
import { UsageError } from '../input/usage-error.ts';
import { withPassword } from '../input/with-password.ts';
import { printChanges } from '../output/print-changes.ts';
import { startNow } from '../output/start-now.ts';
import { printable } from '../output/printable.ts';

interface Prepared {
  readonly spec: ServiceSpec;
  copy(): void;
}

/** Installs a service for each app of an ecosystem file. All are checked before the first one is installed. */
export async function installEcosystem(cli: Cli, args: Arguments, file: string): Promise<number> {
  const { readSettingsFile } = await import('../../import/read/read-file.ts');
  const { programFiles } = await import('../../import/read/program-files.ts');
  const pinned = givenHostOptions(args).find((option) => option === '--bin' || option === '--pin-node');
  if (pinned !== undefined) throw new UsageError(`${pinned} is for one program, and not for an ecosystem file.`);
  const options = {
    from: 'pm2' as const,
    trust: args.flag('trust'),
    environment: args.text('pm2-env'),
    env: childEnvironment(cli.env),
    expand: (text: string) => expandVariables(text, cli.env),
  };
  const plans = await readSettingsFile(file, options, programFiles);
  checkPlans(plans, args.flag('skip-unknown'));
  const manager = await cli.manager();
  const prepared = await prepareAll(cli, args, manager, plans);
  for (const { spec, dropped } of plans) {
    for (const { setting, why } of dropped) cli.out.note(printable(`${spec.name}: ${setting} is left out: ${why}`));
  }
  await installAll(cli, args, manager, prepared);
  if (args.flag('now')) for (const { spec } of prepared) cli.stdout.write((await startNow(cli, args, spec)).line);
  return EXIT.done;
}

async function prepareAll(
  cli: Cli,
  args: Arguments,
  manager: ServiceManager,
  plans: readonly ImportPlan[],
): Promise<readonly Prepared[]> {
  const name = args.text('name');
  if (name !== undefined && plans.length > 1) {
    throw new UsageError(`--name is for one service, and the file has ${plans.length} apps: each has its own name.`);
  }
  const prepared: Prepared[] = [];
  for (const plan of plans) {
    const wanted = {
      ...plan.spec,
      ...settingsFromOptions(args),
      host: { ...plan.host, ...hostFromOptions(args) },
      ...(name !== undefined && { name }),
    };
    const { script = '' } = wanted.program ?? {};
    if (!existsSync(script)) throw new UsageError(`"${wanted.name}" runs ${script}, and there is no such file.`);
    const { program, files } = withHost(wanted.program ?? {}, cli.env);
    const { host, ...own } = wanted;
    const spec: ServiceSpec = { ...own, program, ...(files && { host }) };
    const { created } = await manager.ensure(spec, { plan: true });
    if (!created) {
      throw new ServiceError(
        'INVALID_OPTIONS',
        `Service "${spec.name}" exists already, so nothing was installed. Uninstall it, or change it with ensure.`,
        { details: { service: spec.name } },
      );
    }
    prepared.push({ spec, copy: () => files?.copy() });
  }
  return prepared;
}

/** When one of them fails, those before it are uninstalled. */
async function installAll(
  cli: Cli,
  args: Arguments,
  manager: ServiceManager,
  prepared: readonly Prepared[],
): Promise<void> {
  const results: InstallResult[] = [];
  try {
    for (const { spec, copy } of prepared) {
      copy();
      results.push(await manager.install(await withPassword(cli, args, spec)));
    }
  } catch (error) {
    await uninstallAll(
      cli,
      manager,
      prepared.slice(0, results.length).map(({ spec }) => spec.name),
    );
    throw error;
  }
  for (const [at, result] of results.entries()) printChanges(cli, prepared[at]?.spec.name ?? '', result);
}

type InstallResult = Awaited<ReturnType<ServiceManager['install']>>;

async function uninstallAll(cli: Cli, manager: ServiceManager, names: readonly string[]): Promise<void> {
  const left: string[] = [];
  for (const name of names.toReversed()) {
    await manager
      .service(name)
      .uninstall()
      .catch(() => left.push(name));
  }
  if (left.length > 0) cli.out.note(`A service could not be installed, and these are left: ${left.join(', ')}`);
  else if (names.length > 0) cli.out.note('A service could not be installed, so none of the services is installed:');
}
