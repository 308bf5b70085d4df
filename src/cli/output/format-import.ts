import type { ImportPlan } from '../../import/import-plan.ts';
import type { ServiceSpec } from '../../manager/index.ts';
import { redactEnvironment, redactHost } from './describe-setting.ts';
import { toJson } from './json.ts';
import type { Style } from './style.ts';
import { printable } from './printable.ts';

/** A plan without values that may be secret. */
export function withoutSecrets(plan: ImportPlan): ImportPlan {
  const { environment } = plan.spec;
  const spec: ServiceSpec = { ...plan.spec, ...(environment && { environment: redactEnvironment(environment) }) };
  return { ...plan, spec, host: redactHost(plan.host) };
}

/** The plan for people. */
export function formatPlan(plan: ImportPlan, style: Style): string {
  const { from, spec, host, taken, approximated, dropped } = withoutSecrets(plan);
  const { name, ...settings } = spec;
  return [
    `${style('bold', printable(name))}, a service of ${from}, would become:`,
    ...section('Spec', entries(settings), style),
    ...section('Host', entries(host), style),
    ...section(
      'Taken',
      taken.map(({ setting, becomes }) => `${setting} → ${becomes}`),
      style,
    ),
    ...section(
      'Approximated',
      approximated.map(({ setting, becomes, why }) => `${setting} → ${becomes}: ${why}`),
      style,
    ),
    ...section(
      'Dropped',
      dropped.map(({ setting, why }) => `${setting}: ${why}`),
      style,
    ),
    '',
  ].join('\n');
}

function section(title: string, lines: readonly string[], style: Style): readonly string[] {
  const shown = [...new Set(lines)].map((line) => `  ${printable(line)}`);
  return [style('bold', `${title}:`), ...(shown.length > 0 ? shown : ['  (none)'])];
}

function entries(settings: object): readonly string[] {
  const all = Object.entries(settings).filter(([, value]) => value !== undefined);
  const width = Math.max(0, ...all.map(([key]) => key.length));
  return all.map(([key, value]) => `${key.padEnd(width)}  ${typeof value === 'string' ? value : toJson(value, 0)}`);
}
