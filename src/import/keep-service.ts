import type { InstalledServiceConfig } from '../scm/service-config.ts';
import type { PlanBuilder } from './plan-builder.ts';

/**
 * Takes over what the SCM holds of a service. The plan names these settings so that the service could be installed on
 * another machine too; on this one they are kept.
 */
export function keepService(plan: PlanBuilder, config: InstalledServiceConfig): void {
  const { name, displayName, description, startType, dependencies, account } = config;
  plan.spec('service name', 'name', name);
  plan.spec('display name', 'displayName', displayName);
  if (description) plan.spec('description', 'description', description);
  plan.spec('start type', 'startType', startType);
  if (dependencies.length > 0) plan.spec('dependencies', 'dependencies', dependencies);
  plan.spec('account', 'account', account ?? 'localSystem');
  for (const [variable, value] of Object.entries(config.environment ?? {}))
    plan.variable(`environment ${variable}`, variable, value);
}
