import type { PlanBuilder } from '../plan-builder.ts';
import { parseTime, toText } from '../values.ts';

/** Growth and end of exp_backoff_restart_delay. */
const GROWTH = 1.5;
const LONGEST_MS = 15_000;
/** Delays that differ; the SCM repeats the last one. */
const STEPS = 8;
/** Shortest reset period of the SCM, which counts in seconds. */
const SECOND_MS = 1_000;

const BACKOFF = 'the SCM repeats the last delay, and begins again after the reset period';
const LIMIT = 'the SCM counts failures until the service has run for the reset period';
const NONE = 'nothing is restarted';

/** Takes what happens after the program ends. Returns the names that it has taken. */
export function takePm2Restarts(plan: PlanBuilder, settings: ReadonlyMap<string, unknown>): readonly string[] {
  const number = (name: string): number | undefined => {
    const value = parseTime(toText(settings.get(name)));
    return value !== undefined && value >= 0 ? value : undefined;
  };
  const restarts = settings.get('autorestart') !== false;
  const backoff = number('exp_backoff_restart_delay') ?? 0;
  const delays = backoff > 0 ? growing(backoff) : [number('restart_delay') ?? 0];
  const limit = number('max_restarts');
  const uptime = number('min_uptime');
  // Each restart needs an action of its own when there is a limit; the SCM holds many, but a few say the same.
  const repeated =
    limit === undefined
      ? delays
      : Array.from({ length: Math.min(limit, 32) }, (_, at) => delays[at] ?? delays.at(-1) ?? 0);
  const actions = repeated.map((delay) => ({ type: 'restart' as const, delay }));
  const resetPeriod = uptime === undefined ? undefined : Math.max(SECOND_MS, Math.ceil(uptime / SECOND_MS) * SECOND_MS);
  plan.spec(
    settings.has('autorestart') ? 'autorestart' : 'autorestart (default)',
    'recovery',
    restarts
      ? {
          actions: limit === undefined ? actions : [...actions, { type: 'none' as const }],
          ...(resetPeriod !== undefined && { resetPeriod }),
        }
      : { actions: [] },
  );
  const why = (reason: string | undefined): string | undefined => (restarts ? reason : NONE);
  if (settings.has('restart_delay'))
    plan.note('restart_delay', 'spec.recovery', why(backoff > 0 ? BACKOFF : undefined));
  if (settings.has('exp_backoff_restart_delay')) plan.note('exp_backoff_restart_delay', 'spec.recovery', why(BACKOFF));
  if (settings.has('max_restarts')) plan.note('max_restarts', 'spec.recovery', why(LIMIT));
  if (settings.has('min_uptime')) plan.note('min_uptime', 'spec.recovery.resetPeriod', why(LIMIT));
  if (!restarts) plan.exitCode('autorestart (exit code 0)', 0, 'stopped');
  const codes = settings.get('stop_exit_codes');
  for (const code of Array.isArray(codes) ? codes : codes === undefined ? [] : [codes]) {
    if (/^\d+$/.test(toText(code))) plan.exitCode('stop_exit_codes', Number(code), 'stopped');
    else plan.drop('stop_exit_codes', `${toText(code) || 'a list or an object'} is not an exit code`);
  }
  return [
    ...['autorestart', 'restart_delay', 'exp_backoff_restart_delay', 'max_restarts', 'min_uptime', 'stop_exit_codes'],
  ];
}

function growing(first: number): readonly number[] {
  const delays = Array.from({ length: STEPS }, (_, at) => Math.min(LONGEST_MS, Math.round(first * GROWTH ** at)));
  return [...new Set([...delays, LONGEST_MS])];
}
