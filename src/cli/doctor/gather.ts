import { win32Code } from '../../errors/win32-codes.ts';
import { Win32Error } from '../../errors/win32-error.ts';
import type { ServiceClient, ServiceManager, ServiceReport } from '../../manager/index.ts';
import type { Probed } from '../../scm/machine-probe.ts';
import { isPending } from '../../scm/states.ts';
import type { Cli } from '../command.ts';
import { portOf } from './gather-port.ts';
import { gatherRun } from './gather-run.ts';
import type { DependencyFacts, ServiceFacts, Snapshot } from './snapshot.ts';

/** A pending state is watched this long at most, to see whether it moves. */
const LONGEST_LOOK_MS = 5_000;

/** Looks at a service and all that it needs. @throws Win32Error 1060 */
export async function gatherService(cli: Cli, name: string, machine: string | undefined): Promise<Snapshot> {
  const manager = await cli.manager();
  const client = manager.service(name);
  const service = await serviceFacts(cli, manager, client, machine);
  const { config } = service;
  const run = config && (await gatherRun(cli, config.imagePath, machine));
  const port = config && machine === undefined ? await portOf(config.environment ?? {}, run?.args ?? []) : undefined;
  return { ...base(cli, machine), service, run, port };
}

/** Looks at a script that no service runs. */
export async function gatherScript(cli: Cli, script: string, node: string): Promise<Snapshot> {
  const { buildCommandLine } = await import('../../manager/index.ts');
  const run = await gatherRun(cli, buildCommandLine(node, [script]), undefined);
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
): Promise<ServiceFacts> {
  const { name } = client;
  const { report, stillForMs } = await lookAtStatus(cli, client);
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
    logonRight:
      account === undefined || !isUser(account) ? undefined : probe ? await probe.logonRight(account) : remote,
    eventSource: probe ? await probe.eventSource(name) : remote,
  };
}

/** A status on its way somewhere is watched: does it come on? */
async function lookAtStatus(
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
    Math.min(LONGEST_LOOK_MS, Math.max(1_000, report.waitHintMs)),
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

/** Accounts of Windows itself always may log on as a service; gMSA need the right too. */
function isUser(account: string): boolean {
  return /[\\@]/.test(account) && !/^NT (?:AUTHORITY|SERVICE)\\/i.test(account);
}

function hasCode(error: unknown, symbol: Parameters<typeof win32Code>[0]): boolean {
  return error instanceof Win32Error && error.win32Code === win32Code(symbol);
}
