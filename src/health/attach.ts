import * as z from 'zod/mini';
import { checkOptions } from '../errors/check-options.ts';
import { ServiceError } from '../errors/service-error.ts';
import type { ExitCode } from '../scm/exit-code.ts';
import type { ServiceContext } from '../service/context/context.ts';
import { flag, oneOf } from '../util/option-types.ts';
import type { HealthReport } from './report.ts';
import type { Probe } from './check.ts';
import type { HealthState } from './states.ts';

/** Options of `health.attach`: how health and the service depend on each other. */
export interface AttachOptions {
  /** Makes `start` wait, so that the service is RUNNING only when it is ready. Default `true`. */
  readonly waitUntilReady?: boolean;
  /** `'unhealthy'`: the service fails when a critical check does after it was ready, and its recovery fires. Default `'never'`. */
  readonly failOn?: 'unhealthy' | 'never';
  /** Exit code that STOPPED reports then. Default: as any failure. */
  readonly exit?: ExitCode;
}

const schema = z.strictObject({
  waitUntilReady: z.optional(flag),
  failOn: z.optional(oneOf('unhealthy', 'never')),
  exit: z.optional(
    z.custom((value) => typeof value === 'object' && value !== null, 'must be { win32 } or { service }'),
  ),
});

/** The parts of `Health` that {@link attachHealth} uses. */
export interface AttachableHealth {
  readonly state: HealthState;
  is(probe: Probe): boolean;
  report(): HealthReport;
  start(): void;
  stop(): void;
  on(event: 'change', fn: (state: HealthState) => void): unknown;
  on(event: 'checkChange', fn: (check: { readonly name: string; readonly state: HealthState }) => void): unknown;
  off(event: 'change', fn: (state: HealthState) => void): unknown;
  off(event: 'checkChange', fn: (check: { readonly name: string; readonly state: HealthState }) => void): unknown;
}

/** Starts health with the service and stops it with it. @throws ServiceError INVALID_OPTIONS */
export async function attachHealth(
  health: AttachableHealth,
  ctx: ServiceContext,
  options: AttachOptions,
): Promise<void> {
  checkOptions('health.attach', schema, options);
  const { waitUntilReady = true, failOn = 'never', exit } = options;
  let wasReady = false;
  const onChange = (state: HealthState): void => {
    ctx.log[state === 'unhealthy' ? 'warn' : 'info'](`health is ${state}`, troubles(health));
    if (state === 'unhealthy' && failOn === 'unhealthy' && wasReady) ctx.fail(unhealthy(health), exit);
  };
  health.on('change', onChange);
  ctx.onShutdown('health', () => {
    health.off('change', onChange);
    health.stop();
  });
  health.start();
  if (waitUntilReady) await ready(health, ctx);
  wasReady = true;
  // It may have become unhealthy before the listener was registered.
  if (failOn === 'unhealthy' && health.state === 'unhealthy') ctx.fail(unhealthy(health), exit);
}

/** Reports progress to the SCM for every check that becomes healthy. The service's start timeout is the limit. */
function ready(health: AttachableHealth, ctx: ServiceContext): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = (): void => {
      health.off('checkChange', look);
      ctx.signal.removeEventListener('abort', stopped);
    };
    const look = (check?: { readonly name: string; readonly state: HealthState }): void => {
      if (check?.state === 'healthy') ctx.checkpoint(`check ${check.name} is healthy`);
      if (!health.is('ready') || !health.is('startup')) return;
      done();
      resolve();
    };
    const stopped = (): void => {
      done();
      reject(unhealthy(health));
    };
    if (ctx.signal.aborted) {
      stopped();
      return;
    }
    health.on('checkChange', look);
    ctx.signal.addEventListener('abort', stopped);
    look();
  });
}

function troubles(health: AttachableHealth): Record<string, string> {
  const bad = health.report().checks.filter(({ state }) => state !== 'healthy');
  return Object.fromEntries(bad.map(({ name, state, message }) => [name, message ? `${state}: ${message}` : state]));
}

function unhealthy(health: AttachableHealth): ServiceError {
  const checks = troubles(health);
  const list = Object.entries(checks).map(([name, text]) => `${name} (${text})`);
  return new ServiceError('UNHEALTHY', `The service does not work: ${list.join(', ') || 'it was stopped'}.`, {
    details: { checks },
  });
}
