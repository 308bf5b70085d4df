import { ServiceError } from '../errors/service-error.ts';
import type { EnsureResult, ServiceClient, ServiceManager, ServiceReport, ServiceSpec } from '../manager/index.ts';
import type { Duration } from '../util/duration.ts';
import { toError } from '../util/to-error.ts';
import { type Before, type ImportJournal } from './import-journal.ts';

/** Steps of a replacement, in their order; `restore` follows a step that failed. */
export type ImportStep = 'stop' | 'change' | 'start' | 'restore';

/** Options of {@link applyImport}. */
export interface ApplyOptions {
  /** Time that the stop of the old service and the start of the new one each have. Default 30 s. */
  readonly timeout?: Duration;
  /** Ends the waiting; the old service is put back. */
  readonly signal?: AbortSignal;
  /** Records of replacements: with them, one that was killed is finished by the next run. */
  readonly journal?: ImportJournal;
  /** Called before each step. */
  onStep?(step: ImportStep): void;
  /** Removes an event source that the replacement has made. */
  removeSource?(service: string): Promise<void>;
}

/** A service that was replaced, or installed where there was none. */
export interface AppliedImport extends EnsureResult {
  /** Name of the service. */
  readonly service: string;
  /** Status of the new service. Stopped when the old one wasn't running: it is left for you to start. */
  readonly status: ServiceReport;
}

/**
 * Replaces a service of another tool: stops it, changes its settings to those of the spec, and starts it. Where a step
 * fails, or the new service doesn't run in time, the old settings are put back, and the old service is started when it
 * was running. The key `Parameters` of the old tool is never touched. A replacement that was killed is finished by the next
 * one: what is put back then is the service from before the first.
 *
 * @throws ServiceError NOT_REPLACED, which says whether the old service is back; what `ensure` throws for wrong options,
 *   before anything is done
 */
export async function applyImport(
  manager: ServiceManager,
  spec: ServiceSpec,
  options: ApplyOptions = {},
): Promise<AppliedImport> {
  const { timeout, signal, journal, onStep } = options;
  const wait = { ...(timeout !== undefined && { timeout }), ...(signal && { signal }) };
  const client = manager.service(spec.name);
  await manager.ensure(spec, { plan: true });
  const before = (await findInterrupted(client, journal)) ?? (await readBefore(client));
  if (before) await journal?.write(spec.name, before);
  let result: EnsureResult | undefined;
  let step: ImportStep = 'stop';
  const begin = (next: ImportStep): void => {
    signal?.throwIfAborted();
    step = next;
    onStep?.(next);
  };
  try {
    if (before?.wasRunning) {
      begin('stop');
      await client.stop(wait);
    }
    begin('change');
    result = await manager.ensure(spec);
    const starts = before === undefined || before.wasRunning;
    if (starts) {
      begin('start');
      await client.start(wait);
    }
    const status = await client.status();
    await journal?.remove(spec.name);
    return { service: spec.name, ...result, status };
  } catch (error) {
    onStep?.('restore');
    const problems = await restore(client, before, options, result);
    if (problems.length === 0) await journal?.remove(spec.name);
    throw notReplaced(spec.name, step, toError(error), before, problems);
  }
}

/**
 * Finds the old service of a replacement that did not end. Where the service runs something else by now, or is gone, the
 * record is of no use.
 */
export async function findInterrupted(
  client: ServiceClient,
  journal: ImportJournal | undefined,
): Promise<Before | undefined> {
  const before = await journal?.read(client.name);
  if (!before || !(await client.exists())) return undefined;
  const { imagePath } = await client.config();
  return imagePath === before.config.imagePath || HOSTED.test(imagePath) ? before : undefined;
}

/** Command line of a hosted program. */
const HOSTED = /--require=[^"]*hosted\.cjs/i;

async function readBefore(client: ServiceClient): Promise<Before | undefined> {
  if (!(await client.exists())) return undefined;
  const { state } = await client.status();
  return { config: await client.config(), wasRunning: state !== 'stopped' && state !== 'stopPending' };
}

/** Puts the old service back, as far as it goes. Returns what failed. */
async function restore(
  client: ServiceClient,
  before: Before | undefined,
  { timeout, removeSource }: ApplyOptions,
  result: EnsureResult | undefined,
): Promise<readonly Error[]> {
  const wait = timeout === undefined ? {} : { timeout };
  const problems: Error[] = [];
  const attempt = async (work: () => Promise<unknown>): Promise<void> => {
    try {
      await work();
    } catch {
      // A database that was locked, or a handle that was open, may be free now.
      await work().catch((error: unknown) => problems.push(toError(error)));
    }
  };
  if (!(await client.exists().catch(() => true))) return problems;
  await attempt(() => client.stop(wait));
  const { config, wasRunning = false } = before ?? {};
  if (config) await attempt(() => client.configure(config));
  else await attempt(() => client.uninstall(wait));
  const made = result?.changes.some(({ setting, from }) => setting === 'eventSource' && from === undefined) ?? false;
  // A source that is left over does no harm.
  if (made) await removeSource?.(client.name).catch(() => undefined);
  if (wasRunning) await attempt(() => client.start(wait));
  return problems;
}

const FAILED: Readonly<Record<ImportStep, string>> = {
  stop: 'the old service could not be stopped',
  change: 'its settings could not be changed',
  start: 'the new service did not run',
  restore: 'the old service could not be put back',
};

function notReplaced(
  service: string,
  step: ImportStep,
  cause: Error,
  before: Before | undefined,
  problems: readonly Error[],
): ServiceError {
  const now =
    before === undefined
      ? 'It is not installed.'
      : before.wasRunning
        ? 'The old service is back, and runs.'
        : 'The old service is back; it was not running.';
  const failed = [
    `The old service is not wholly back: ${problems.map(({ message }) => message).join(' ')}`,
    before && `It ran: ${before.config.imagePath}`,
  ];
  const outcome = problems.length === 0 ? now : failed.filter(Boolean).join(' ');
  return new ServiceError(
    'NOT_REPLACED',
    `Service "${service}" was not replaced: ${FAILED[step]}. ${cause.message} ${outcome}`,
    { cause, details: { service, step, restored: problems.length === 0 } },
  );
}
