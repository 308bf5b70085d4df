import type { ServiceManager } from '../../manager/index.ts';
import type { Probed } from '../../scm/machine-probe.ts';
import type { ControlFacts, RunFacts } from './snapshot.ts';

/**
 * Reads which services the account of a watchdog or of an admin may control: those that the program names, otherwise
 * all of the machine. `undefined` for other programs.
 */
export async function gatherControls(
  manager: ServiceManager,
  account: string,
  run: RunFacts,
): Promise<ControlFacts | undefined> {
  const entry = entryOf(run);
  if (!entry) return undefined;
  const names = [...new Set([...(run.sources?.services ?? []), ...servicesOf(run.args)])];
  const read = async (name: string) => ({ name, allowed: await readAccess(manager, name, account) });
  if (names.length > 0) return { entry, named: true, services: await Promise.all(names.map(read)) };
  const services = [];
  for (const { name } of await manager.list()) services.push(await read(name));
  return { entry, named: false, services: services.filter(({ allowed }) => allowed.value === true) };
}

function entryOf({ args, sources }: RunFacts): ControlFacts['entry'] | undefined {
  if (args[0] === 'admin' && args[1] === 'run') return 'winsvc/admin';
  return (['winsvc/watchdog', 'winsvc/admin'] as const).find((entry) => sources?.entries.includes(entry));
}

/** Values of `--service` in the arguments of `winsvc admin run`. */
function servicesOf(args: readonly string[]): readonly string[] {
  return args.flatMap((arg, at) => {
    if (arg.startsWith('--service=')) return arg.slice('--service='.length);
    return arg === '--service' ? (args[at + 1] ?? []) : [];
  });
}

async function readAccess(manager: ServiceManager, name: string, account: string): Promise<Probed<boolean>> {
  try {
    const value = await manager.service(name).canBeControlledBy(account);
    return value === undefined ? { value, why: `the access list of ${name} can't be read` } : { value };
  } catch (error) {
    return { value: undefined, why: (error as Error).message };
  }
}
