import { ServiceError } from '../../errors/service-error.ts';
import { win32Code } from '../../errors/win32-codes.ts';
import { Win32Error } from '../../errors/win32-error.ts';
import type { ServiceStateSource } from '../../health/index.ts';
import type { Clock } from '../../util/clock.ts';
import { formatMs } from '../../util/duration.ts';
import { type ActionContext, actionName, type WatchAction } from './actions.ts';
import { runCommand } from './command.ts';

/** Service that the watchdog observes and acts on: what `scm.service(name)` returns, local or remote, real or mock. */
export interface WatchedService extends ServiceStateSource {
  /** Starts it, and resolves when it runs. */
  start(options?: { readonly signal?: AbortSignal }): Promise<unknown>;
  /** Stops it, and resolves when its process has ended. */
  stop(options?: { readonly signal?: AbortSignal }): Promise<unknown>;
  /** Stops and starts it, with the services that depend on it. */
  restart(options?: { readonly dependents?: boolean; readonly signal?: AbortSignal }): Promise<unknown>;
  /** Settings of the service. With it the watchdog leaves a disabled service running instead of stopping it for good. */
  config?(): Promise<{ readonly startType: string }>;
}

/** Performs an action. @throws what the action throws; an error when it takes longer than its timeout */
export async function perform(
  action: WatchAction,
  service: WatchedService | undefined,
  context: Omit<ActionContext, 'signal'>,
  timeoutMs: number,
  clock: Clock,
  stopped: AbortSignal,
): Promise<void> {
  // Not AbortSignal.any: its signals, and all that listens to them, live as long as `stopped` does.
  const ending = new AbortController();
  const aborted = new Promise<never>((_, reject) => {
    ending.signal.addEventListener('abort', () => {
      reject(ending.signal.reason as Error);
    });
  });
  const cancel = clock.setTimeout(() => {
    ending.abort(new Error(`${actionName(action)} took longer than ${formatMs(timeoutMs)}`));
  }, timeoutMs);
  const stop = (): void => {
    ending.abort(stopped.reason);
  };
  stopped.addEventListener('abort', stop);
  if (stopped.aborted) stop();
  try {
    await Promise.race([begin(action, service, { ...context, signal: ending.signal }), aborted]);
  } finally {
    cancel();
    stopped.removeEventListener('abort', stop);
  }
}

/** Whether another attempt would fail in the same way until an administrator changes something. */
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
): Promise<unknown> {
  if (typeof action !== 'string') return 'run' in action ? runCommand(action, context) : action.call(context);
  if (!service) throw new ServiceError('INVALID_OPTIONS', `Target "${context.target}" has no service to ${action}.`);
  const { signal } = context;
  if (action === 'stop') return service.stop({ signal });
  if (action === 'start') return service.start({ signal });
  await refuseDisabled(service, context.target);
  // What depends on it is stopped and started with it: otherwise the SCM refuses.
  return service.restart({ dependents: true, signal });
}

/** Stopping a disabled service would be for good: it can't be started again. */
async function refuseDisabled(service: WatchedService, target: string): Promise<void> {
  const config = await service.config?.().catch(() => undefined);
  if (config?.startType !== 'disabled') return;
  throw new Win32Error({
    api: 'StartServiceW',
    action: `restart "${target}"`,
    win32Code: win32Code('ERROR_SERVICE_DISABLED'),
  });
}
