import { describeWin32, win32Code } from '../../errors/win32-codes.ts';
import type { CheckResult, ServiceStateSource } from '../../health/index.ts';
import { type ExitCode, isFailure } from '../../scm/exit-code.ts';
import type { Signal } from '../decision/watch-status.ts';
import { type Report, type Source, toResult } from './source.ts';

/**
 * Observes the state of a service. A clear answer (it crashed, it was stopped on purpose) is reported at once. Only
 * failures to query the SCM go through the thresholds of health.
 */
export function serviceSource(service: ServiceStateSource, keepRunning: boolean, report: Report): Source {
  async function run(): Promise<CheckResult> {
    const { state, exit, pid } = await service.status();
    const data = { state, ...(pid ? { pid } : {}) };
    const signal = toSignal(state, exit, keepRunning);
    if (!signal) return { verdict: 'warn', message: `it is ${state}`, data };
    report(signal);
    return toResult(signal, data);
  }
  return { check: { name: 'service', kind: 'service', options: {}, run } };
}

/** Meaning of a state for its target; `undefined` for a pending one. */
export function toSignal(state: string, exit: ExitCode | undefined, keepRunning: boolean): Signal | undefined {
  if (state === 'running') return { level: 'good', reason: '' };
  if (state.endsWith('Pending')) return undefined;
  const crashed = state === 'stopped' && exit !== undefined && isFailure(exit) && !isNeverStarted(exit);
  const reason = crashed ? `it stopped with ${describeExit(exit)}` : `it is ${state}`;
  return { level: crashed || keepRunning ? 'bad' : 'off', reason };
}

/** `exit code 1067: the process terminated unexpectedly` */
function describeExit(exit: ExitCode): string {
  if ('service' in exit) return `exit code ${exit.service} of its own`;
  const known = describeWin32(exit.win32);
  return known ? `exit code ${exit.win32}: ${known.text}` : `exit code ${exit.win32}`;
}

function isNeverStarted(exit: ExitCode): boolean {
  return 'win32' in exit && exit.win32 === win32Code('ERROR_SERVICE_NEVER_STARTED');
}
