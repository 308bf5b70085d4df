import { execFile } from 'node:child_process';
import { ServiceError } from '../../errors/service-error.ts';
import type { Clock } from '../../util/clock.ts';
import { formatMs } from '../../util/duration.ts';
import type { WatchedService } from '../sources/service-source.ts';

/** What is done to a target that failed: through the SCM, by a command (no shell), or by a function. */
export type WatchAction = 'restart' | 'start' | 'stop' | RunAction | CallAction;

/** A command as an action. It runs without a shell and finds WATCH_TARGET, WATCH_ATTEMPT and WATCH_REASON in its environment. */
export interface RunAction {
  readonly run: string;
  readonly args?: readonly string[];
  /** The working directory. */
  readonly cwd?: string;
}

/** A function as an action. */
export interface CallAction {
  /** What it is called in notices. */
  readonly name: string;
  readonly call: (context: ActionContext) => unknown;
}

/** What an action of your own is given. */
export interface ActionContext {
  readonly target: string;
  /** 1 for the first in a row. */
  readonly attempt: number;
  /** Why. */
  readonly reason: string;
  /** Aborts at the action's timeout, and when the watchdog stops. */
  readonly signal: AbortSignal;
}

export function actionName(action: WatchAction): string {
  if (typeof action === 'string') return action;
  return 'run' in action ? `run ${action.run}` : action.name;
}

/** The nth in a row takes the nth action, the others the last. */
export function actionFor(actions: readonly WatchAction[], attempt: number): WatchAction | undefined {
  return actions[Math.min(attempt, actions.length) - 1];
}

/** Does it. @throws what it throws; an error when it takes longer than its timeout */
export async function perform(
  action: WatchAction,
  service: WatchedService | undefined,
  context: Omit<ActionContext, 'signal'>,
  timeoutMs: number,
  clock: Clock,
  stopped: AbortSignal,
): Promise<void> {
  const late = new AbortController();
  const cancel = clock.setTimeout(() => {
    late.abort(new Error(`${actionName(action)} took longer than ${formatMs(timeoutMs)}`));
  }, timeoutMs);
  const signal = AbortSignal.any([late.signal, stopped]);
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => {
      reject(signal.reason as Error);
    });
  });
  try {
    await Promise.race([begin(action, service, { ...context, signal }), aborted]);
  } finally {
    cancel();
  }
}

async function begin(
  action: WatchAction,
  service: WatchedService | undefined,
  context: ActionContext,
): Promise<unknown> {
  if (typeof action !== 'string') return 'run' in action ? runCommand(action, context) : action.call(context);
  if (!service) {
    throw new ServiceError('INVALID_OPTIONS', `Target "${context.target}" has no service to ${action}.`);
  }
  // What depends on it is stopped and started with it: otherwise the SCM refuses.
  const { signal } = context;
  if (action === 'restart') return service.restart({ dependents: true, signal });
  return action === 'start' ? service.start({ signal }) : service.stop({ signal });
}

function runCommand(
  { run, args = [], cwd }: RunAction,
  { target, attempt, reason, signal }: ActionContext,
): Promise<void> {
  const env = { ...process.env, WATCH_TARGET: target, WATCH_ATTEMPT: String(attempt), WATCH_REASON: reason };
  return new Promise((resolve, reject) => {
    execFile(run, [...args], { cwd, env, signal, windowsHide: true, maxBuffer: 1_048_576 }, (error, _, stderr) => {
      const said = stderr.trim().slice(-500);
      if (error) reject(said ? new Error(`${error.message.split('\n')[0] ?? ''}: ${said}`, { cause: error }) : error);
      else resolve();
    });
  });
}
