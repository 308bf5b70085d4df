import type { HostKind } from '../../host/service-host.ts';
import type { LifeRules } from '../life.ts';
import type { ServiceDefinition } from './service-options.ts';

/** Derives the rules of a life from the definition and the kind of its host. */
export function toLifeRules(definition: ServiceDefinition, host: HostKind): LifeRules {
  return {
    hasStopHandler: definition.stop !== undefined,
    callsListeners: definition.signals,
    // A console has no recovery that could start it again.
    reportsFailedStop: definition.recoverAfterFailedStop || host === 'console',
    stopBudgetMs: definition.budgets.stop,
    stopReason: host === 'console' ? 'console' : 'stop',
  };
}
