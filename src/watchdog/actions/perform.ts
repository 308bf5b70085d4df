import { ServiceError } from '../../errors/service-error.ts';
import { win32Code } from '../../errors/win32-codes.ts';
import { Win32Error } from '../../errors/win32-error.ts';
import type { ServiceStateSource } from '../../health/index.ts';
import { type TimeLimit, withTimeLimit } from '../../util/time-limit.ts';
import { type ActionContext, actionName, type WatchAction } from './actions.ts';
import { runCommand } from './command.ts';

/** Service that the watchdog observes and acts on: what `scm.service(name)` returns, local or remote, real or mock. */
export interface WatchedService extends ServiceStateSource {
  /**
   * Starts it, and resolves when it runs. `dependents` are started after it. Does nothing for a service that runs
   * already.
   */
  start(options?: { readonly dependents?: readonly string[]; readonly signal?: AbortSignal }): Promise<unknown>;
  /** Stops it, and resolves when its process has ended. */
  stop(options?: { readonly signal?: AbortSignal }): Promise<unknown>;
  /**
   * Stops and starts it, with the services that depend on it. A list names services to start that are stopped already.
   */
  restart(options?: {
    readonly dependents?: boolean | readonly string[];
    readonly signal?: AbortSignal;
  }): Promise<unknown>;
  /**
   * Services that depend on it. With it, those that a restart stopped are started again even when the restart was cut
   * in half, by an error or by the end of the watchdog.
   */
  dependents?(options: { readonly activeOnly: boolean }): Promise<readonly { readonly name: string }[]>;
  /**
   * Settings of the service. With it the watchdog leaves a disabled service running instead of stopping it: it could
   * not be started again.
   */
  config?(): Promise<{ readonly startType: string }>;
}

/** Limits of an action. */
export type ActionLimits = Omit<TimeLimit, 'what'>;

/** Performs an action. @throws the errors of the action; an error when it takes longer than its timeout */
export async function perform(
  action: WatchAction,
  service: WatchedService | undefined,
  context: Omit<ActionContext, 'signal'>,
  dependents: readonly string[],
  limits: ActionLimits,
): Promise<void> {
  await withTimeLimit({ what: actionName(action), ...limits }, (signal) =>
    begin(action, service, { ...context, signal }, dependents),
  );
}

/** Names of the running services that a restart stops first, in the order in which they are to be started again. */
export async function runningDependents(service: WatchedService, limits: ActionLimits): Promise<readonly string[]> {
  let names: readonly string[] = [];
  try {
    await withTimeLimit({ what: 'listing dependents', ...limits }, async () => {
      names = ((await service.dependents?.({ activeOnly: true })) ?? []).map(({ name }) => name).reverse();
    });
  } catch {
    // The restart meets the same error, or doesn't need the list.
  }
  return names;
}

/** Starts the services that an unfinished restart stopped. @throws the errors of `start` */
export async function startDependents(
  service: WatchedService,
  dependents: readonly string[],
  limits: ActionLimits,
): Promise<void> {
  await withTimeLimit({ what: 'starting dependents', ...limits }, (signal) => service.start({ dependents, signal }));
}

/** Returns whether another attempt would fail in the same way until an administrator changes something. */
export function isPermanent(error: unknown): boolean {
  return error instanceof Win32Error && error.symbol !== undefined && PERMANENT.has(error.symbol);
}

const PERMANENT: ReadonlySet<string> = new Set([
  'ERROR_SERVICE_DISABLED',
  'ERROR_SERVICE_LOGON_FAILED',
  'ERROR_SERVICE_DOES_NOT_EXIST',
  'ERROR_SERVICE_MARKED_FOR_DELETE',
  'ERROR_SERVICE_DEPENDENCY_DELETED',
  'ERROR_CIRCULAR_DEPENDENCY',
  'ERROR_INVALID_SERVICE_ACCOUNT',
  'ERROR_DIFFERENT_SERVICE_ACCOUNT',
  'ERROR_ACCESS_DENIED',
  'ERROR_FILE_NOT_FOUND',
  'ERROR_PATH_NOT_FOUND',
  'ERROR_BAD_EXE_FORMAT',
]);

async function begin(
  action: WatchAction,
  service: WatchedService | undefined,
  context: ActionContext,
  dependents: readonly string[],
): Promise<unknown> {
  if (typeof action !== 'string') return 'run' in action ? runCommand(action, context) : action.call(context);
  if (!service) throw new ServiceError('INVALID_OPTIONS', `Target "${context.target}" has no service to ${action}.`);
  const { signal } = context;
  if (action === 'stop') return service.stop({ signal });
  if (action === 'start') return service.start({ signal, ...(dependents.length > 0 && { dependents }) });
  await refuseDisabled(service, context.target);
  // Dependent services are stopped and started with it: otherwise the SCM refuses.
  return service.restart({ dependents: dependents.length > 0 ? dependents : true, signal });
}

/** A disabled service can't be started again after its stop. */
async function refuseDisabled(service: WatchedService, target: string): Promise<void> {
  const config = await service.config?.().catch(() => undefined);
  if (config?.startType !== 'disabled') return;
  throw new Win32Error({
    api: 'StartServiceW',
    action: `restart "${target}"`,
    win32Code: win32Code('ERROR_SERVICE_DISABLED'),
  });
}
