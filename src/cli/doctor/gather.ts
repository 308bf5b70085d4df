import { win32Code } from '../../errors/win32-codes.ts';
import { Win32Error } from '../../errors/win32-error.ts';
import type { InstalledServiceConfig, ServiceClient, ServiceManager, ServiceReport } from '../../manager/index.ts';
import type { MachineProbe, Probed } from '../../scm/machine-probe.ts';
import { isPending } from '../../scm/states.ts';
import type { Cli } from '../command.ts';
import { programPath } from '../../util/program-path.ts';
import { namedFolders } from '../../scm/service-folders.ts';
import { isLocalSystem } from './check-account.ts';
import { gatherControls } from './gather-controls.ts';
import { portOf } from './gather-port.ts';
import { gatherRun } from './gather-run.ts';
import { readLastError } from './last-error.ts';
import type { DependencyFacts, RunFacts, ServiceFacts, Snapshot } from './snapshot.ts';

/** Longest time that a pending state is watched for progress. */
const LONGEST_WATCH_MS = 5_000;

/** Gathers the facts about a service and everything that it needs. @throws Win32Error 1060 */
export async function gatherService(cli: Cli, name: string, machine: string | undefined): Promise<Snapshot> {
  const manager = await cli.manager();
  const client = manager.service(name);
  const service = await serviceFacts(cli, manager, client, machine);
  const { config } = service;
  const environment = config?.environment ?? {};
  const run = config && (await gatherRun(cli, { commandLine: config.imagePath, machine, environment }));
  const port = config && machine === undefined ? await portOf(environment, run?.args ?? []) : undefined;
  const controls = run && machine === undefined ? await controlsOf(manager, config, run) : undefined;
  return { ...base(cli, machine), service: { ...service, controls }, run, port };
}

/** LocalSystem may control every service. */
async function controlsOf(
  manager: ServiceManager,
  { account }: InstalledServiceConfig,
  run: RunFacts,
): Promise<ServiceFacts['controls']> {
  return account === null || isLocalSystem(account) ? undefined : gatherControls(manager, account, run);
}

/** Gathers the facts about a script that no service runs. */
export async function gatherScript(cli: Cli, script: string, node: string): Promise<Snapshot> {
  const { buildCommandLine } = await import('../../manager/index.ts');
  const commandLine = buildCommandLine(node, [script]);
  const run = await gatherRun(cli, { commandLine, machine: undefined, environment: {} });
  return { ...base(cli, undefined), service: undefined, run, port: undefined };
}

function base(cli: Cli, machine: string | undefined): Pick<Snapshot, 'program' | 'bound' | 'machine'> {
  return { program: cli.program, bound: cli.service !== undefined, machine };
}

async function serviceFacts(
  cli: Cli,
  manager: ServiceManager,
  client: ServiceClient,
  machine: string | undefined,
): Promise<Omit<ServiceFacts, 'controls'>> {
  const { name } = client;
  const { report, stillForMs } = await watchStatus(cli, client);
  const config = await client.config().catch((error: unknown) => {
    if (hasCode(error, 'ERROR_ACCESS_DENIED') || hasCode(error, 'ERROR_SERVICE_MARKED_FOR_DELETE')) return undefined;
    throw error;
  });
  const remote: Probed<never> = { value: undefined, why: `${machine ?? ''} is another machine` };
  const probe = machine === undefined ? await cli.openProbe() : undefined;
  const account = config?.account ?? undefined;
  const mark = probe && (await probe.deletionMark(name));
  return {
    name,
    report,
    stillForMs,
    config,
    markedForDeletion: mark?.value === true,
    dependencies: await dependencyFacts(manager, config?.dependencies ?? []),
    logonRight: await logonRight(account, probe, remote),
    folders: await foldersOfService(cli, name, config, probe, remote),
    eventSource: probe ? await probe.eventSource(name) : remote,
    lastError:
      probe && (await readLastError({ service: name, dir: logDirOf(cli), since: undefined, clock: cli.clock })),
  };
}

async function foldersOfService(
  { service }: Cli,
  name: string,
  config: InstalledServiceConfig | undefined,
  probe: MachineProbe | undefined,
  remote: Probed<never>,
): Promise<ServiceFacts['folders']> {
  // Drivers have no account of this kind, and write no logs.
  if (!config?.account) return undefined;
  if (!probe) return remote;
  const { account, sidType } = config;
  const folders = service ? namedFolders(service.definition).map((path) => programPath(path)) : [];
  return probe.folders({ service: name, account, restricted: sidType === 'restricted', folders });
}

/** Reads the status; a pending one is watched for progress. */
async function watchStatus(
  { clock }: Cli,
  client: ServiceClient,
): Promise<{ report: ServiceReport; stillForMs: number | undefined }> {
  let report = await client.status();
  if (!isPending(report.state)) return { report, stillForMs: undefined };
  const stop = new AbortController();
  const cancel = clock.setTimeout(
    () => {
      stop.abort();
    },
    Math.min(LONGEST_WATCH_MS, Math.max(1_000, report.waitHintMs)),
  );
  let since = clock.now();
  for await (const next of client.watch({ signal: stop.signal })) {
    if (next.state !== report.state || next.checkpoint !== report.checkpoint) since = clock.now();
    report = next;
    if (!isPending(report.state)) break;
  }
  cancel();
  return { report, stillForMs: isPending(report.state) ? Math.round(clock.now() - since) : undefined };
}

async function dependencyFacts(manager: ServiceManager, names: readonly string[]): Promise<DependencyFacts[]> {
  const services = names.filter((name) => !name.startsWith('+'));
  return Promise.all(
    services.map(async (name) => {
      const client = manager.service(name);
      const [report, config] = await Promise.all([
        client.status().catch(() => undefined),
        client.config().catch(() => undefined),
      ]);
      return { name, state: report?.state, startType: config?.startType };
    }),
  );
}

/** Folder that the definition of the program names. */
function logDirOf({ service }: Cli): string | undefined {
  return service?.definition.logging?.dir;
}

/** Group of all virtual accounts, which has their right to log on: `NT SERVICE\ALL SERVICES`. */
const ALL_SERVICES = 'S-1-5-80-0';

async function logonRight(
  account: string | undefined,
  probe: MachineProbe | undefined,
  remote: Probed<never>,
): Promise<Probed<boolean> | undefined> {
  const name = account === undefined ? undefined : /^NT SERVICE\\/i.test(account) ? ALL_SERVICES : account;
  if (name === undefined || (name !== ALL_SERVICES && !isUser(name))) return undefined;
  return probe ? probe.logonRight(name) : remote;
}

/** LocalSystem, LocalService and NetworkService always may log on as a service; a gMSA needs the right too. */
function isUser(account: string): boolean {
  return /[\\@]/.test(account) && !/^NT (?:AUTHORITY|SERVICE)\\/i.test(account);
}

function hasCode(error: unknown, symbol: Parameters<typeof win32Code>[0]): boolean {
  return error instanceof Win32Error && error.win32Code === win32Code(symbol);
}
