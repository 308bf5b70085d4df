import { win32Code } from '../../errors/win32-codes.ts';
import {
  customCheck,
  type Check,
  type CheckOptions,
  type CheckResult,
  type ServiceStateSource,
} from '../../health/index.ts';
import { type ExitCode, formatExit, isFailure } from '../../scm/exit-code.ts';
import type { Signal } from '../decision/step.ts';

/** What the watchdog needs of a service: what `scm.service(name)` gives, local or remote, real or mock. */
export interface WatchedService extends ServiceStateSource {
  start(options?: { readonly signal?: AbortSignal }): Promise<unknown>;
  stop(options?: { readonly signal?: AbortSignal }): Promise<unknown>;
  restart(options?: { readonly dependents?: boolean; readonly signal?: AbortSignal }): Promise<unknown>;
}

/**
 * A check of a service's state. A clear answer (it crashed, it was stopped on purpose) needs no second one: it goes to
 * `tell` at once. What counts as a failure of the check itself is that the SCM can't be asked.
 */
export function serviceSource(
  service: ServiceStateSource,
  keepRunning: boolean,
  options: CheckOptions,
  tell: (signal: Signal) => void,
): Check {
  return customCheck(
    'service',
    async (): Promise<CheckResult> => {
      const { state, exit, pid } = await service.status();
      const data = { state, ...(pid ? { pid } : {}) };
      const signal = signalOf(state, exit, keepRunning);
      if (signal) tell(signal);
      return { verdict: 'pass', data };
    },
    options,
  );
}

/** What a state means; `undefined` for one that is on its way somewhere. */
export function signalOf(state: string, exit: ExitCode | undefined, keepRunning: boolean): Signal | undefined {
  if (state === 'running') return { level: 'good', reason: '' };
  if (state.endsWith('Pending')) return undefined;
  const crashed = state === 'stopped' && exit !== undefined && isFailure(exit) && !isNeverStarted(exit);
  const reason = crashed ? `it stopped with ${formatExit(exit)}` : `it is ${state}`;
  return { level: crashed || keepRunning ? 'bad' : 'off', reason };
}

function isNeverStarted(exit: ExitCode): boolean {
  return 'win32' in exit && exit.win32 === win32Code('ERROR_SERVICE_NEVER_STARTED');
}
