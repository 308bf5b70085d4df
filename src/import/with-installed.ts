import type { InstalledServiceConfig } from '../scm/service-config.ts';
import type { ApproximatedSetting, ImportPlan } from './import-plan.ts';

/** Settings of an installed service that win over those of a file: an administrator may have changed them since. */
const KEPT = ['displayName', 'description', 'startType', 'dependencies', 'account'] as const;
const WHY = 'the installed service has another value, which is kept';

/** Lets an installed service keep what the SCM holds of it. */
export function withInstalled(plan: ImportPlan, config: InstalledServiceConfig | undefined): ImportPlan {
  if (!config) return plan;
  const kept: Record<string, unknown> = {};
  const changed: ApproximatedSetting[] = [];
  for (const key of KEPT) {
    const value = config[key];
    const planned = plan.spec[key];
    kept[key] = value;
    if (planned !== undefined && !isSame(key, planned, value)) {
      changed.push({ setting: `installed ${key}`, becomes: `spec.${key}`, why: WHY });
    }
  }
  return {
    ...plan,
    spec: { ...plan.spec, ...kept, environment: { ...config.environment, ...plan.spec.environment } },
    approximated: [...plan.approximated, ...changed],
  };
}

function isSame(key: (typeof KEPT)[number], planned: unknown, value: unknown): boolean {
  const name = (text: unknown): string => (typeof text === 'string' ? text : 'LocalSystem').toLowerCase();
  return key === 'account' ? name(planned) === name(value) : JSON.stringify(planned) === JSON.stringify(value);
}
