import type { Probe } from '../check.ts';
import type { Health } from '../health.ts';
import type { HealthState } from '../states.ts';

/** An answer of an endpoint: status and body. Pure, so that every server can give it. */
export interface EndpointAnswer {
  readonly status: 200 | 503;
  readonly body: HealthBody;
}

/**
 * The body, of the type `application/health+json`.
 *
 * Source: https://datatracker.ietf.org/doc/html/draft-inadarei-api-health-check
 */
export interface HealthBody {
  /** `pass`: 200 and everything healthy. `warn`: 200, and something is not healthy. `fail`: 503. */
  readonly status: 'pass' | 'warn' | 'fail';
  /** State of the whole. Missing in short answers. */
  readonly state?: HealthState;
  /** Checks by their names, each with one entry. Missing with `details: false`. */
  readonly checks?: Readonly<Record<string, readonly CheckBody[]>>;
}

/** One check in a {@link HealthBody}. */
export interface CheckBody {
  /** Kind of the check. */
  readonly componentType: string;
  /** `pass`, `warn` or `fail`, from the state. */
  readonly status: 'pass' | 'warn' | 'fail';
  /** State of the check. */
  readonly state: HealthState;
  /** Time at which the state began, in ISO 8601. */
  readonly since: string;
  /** Time of the last run, in ISO 8601. */
  readonly time?: string;
  /** Duration of the last run. */
  readonly observedValue?: number;
  /** Unit of `observedValue`. */
  readonly observedUnit?: 'ms';
  /** Reason of the state, or the check that this one waits for. */
  readonly output?: string;
  /** Measured values. */
  readonly data?: Readonly<Record<string, unknown>>;
}

export type Endpoint = 'livez' | 'readyz' | 'startupz' | 'healthz';
const PROBES = { livez: 'live', readyz: 'ready', startupz: 'startup' } as const satisfies Record<string, Probe>;

/** @param detailed adds the single checks; their messages may show a stranger too much. */
export function respond(health: Health, endpoint: Endpoint, detailed: boolean): EndpointAnswer {
  if (endpoint !== 'healthz' && !detailed) {
    const good = health.is(PROBES[endpoint]);
    return { status: good ? 200 : 503, body: { status: good ? 'pass' : 'fail' } };
  }
  const report = health.report();
  const good = endpoint === 'healthz' ? report.ready && report.state !== 'unhealthy' : health.is(PROBES[endpoint]);
  const status = !good ? 'fail' : report.state === 'healthy' ? 'pass' : 'warn';
  const checks = Object.fromEntries(
    report.checks.map((check): [string, CheckBody[]] => [
      check.name,
      [
        {
          componentType: check.kind,
          status: statusOf(check.state),
          state: check.state,
          since: check.since.toISOString(),
          ...(check.lastAt && { time: check.lastAt.toISOString() }),
          ...(check.latencyMs !== undefined && { observedValue: round(check.latencyMs), observedUnit: 'ms' as const }),
          ...outputOf(check.blockedBy, check.message),
          ...(Object.keys(check.data).length > 0 && { data: check.data }),
        },
      ],
    ]),
  );
  return { status: good ? 200 : 503, body: { status, state: report.state, ...(detailed && { checks }) } };
}

function outputOf(blockedBy: string | undefined, message: string | undefined): { output?: string } {
  const output = blockedBy === undefined ? message : `waits for ${blockedBy}`;
  return output === undefined ? {} : { output };
}

function statusOf(state: HealthState): 'pass' | 'warn' | 'fail' {
  if (state === 'healthy') return 'pass';
  return state === 'unhealthy' || state === 'starting' ? 'fail' : 'warn';
}

const round = (ms: number): number => Math.round(ms * 10) / 10;
