import type { ServiceConfig, ServiceSpec } from '../../manager/index.ts';
import { defined } from './spec-from-options.ts';

/** A spec that makes the service what it is, for `ensure` on another machine. */
export function specOfConfig(name: string, config: ServiceConfig): ServiceSpec {
  const { recovery, environment, preshutdownTimeoutMs, ...rest } = config;
  const { tag: _tag, securityDescriptor: _sddl, ...plain } = rest;
  const spec = defined({
    ...plain,
    account: config.account ?? 'localSystem',
    environment: Object.fromEntries(environment.map(variable)),
    recovery: recovery && {
      ...recovery,
      actions: recovery.actions.map(({ type, delayMs }) => ({ type, delay: delayMs })),
      resetPeriod: recovery.resetPeriodMs,
      resetPeriodMs: undefined,
    },
    preshutdownTimeout: preshutdownTimeoutMs,
  });
  const { unsupported: _, ...known } = spec as typeof spec & { unsupported?: unknown };
  return JSON.parse(JSON.stringify({ name, ...known }, keepBig)) as ServiceSpec;
}

/** Name and value of a variable. */
export function variable(text: string): [string, string] {
  // A variable of drives is named `=C:`.
  const at = text.indexOf('=', 1);
  return [text.slice(0, at), text.slice(at + 1)];
}

function keepBig(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return String(value);
  return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value;
}
