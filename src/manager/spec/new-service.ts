import type { ConfigChange, ServiceConfig, ServiceType } from '../../scm/service-config.ts';
import { toAccountName } from './accounts.ts';
import { isDriver } from './setting-rules.ts';

/** Default time after which failures are forgotten. */
export const DEFAULT_RESET_PERIOD_MS = 86_400_000;

/** No recovery. Without actions there is nothing to count, so the SCM keeps no period. */
export const NO_RECOVERY: NonNullable<ServiceConfig['recovery']> = {
  actions: [],
  resetPeriod: 0,
  command: null,
  rebootMessage: null,
};

/** Safe defaults of winsvc for a new service: few rights, and restarts after each failure. Drivers have neither. */
export function toNewServiceDefaults(name: string, type: ServiceType = 'ownProcess'): ConfigChange {
  if (isDriver(type)) return { type, startType: 'demand', errorControl: 'normal' };
  return {
    type: 'ownProcess',
    startType: 'auto',
    errorControl: 'normal',
    account: toAccountName('virtual', name),
    recoverOnFailureExit: true,
    recovery: {
      ...NO_RECOVERY,
      actions: [1_000, 10_000, 60_000].map((delay) => ({ type: 'restart', delay })),
      resetPeriod: DEFAULT_RESET_PERIOD_MS,
    },
  };
}

/** Settings that CreateServiceW leaves empty. Clearing them again is no change, and Windows may refuse it with 87. */
export const CREATED_EMPTY: Partial<ServiceConfig> = {
  description: null,
  recovery: NO_RECOVERY,
  recoverOnFailureExit: false,
  sidType: 'none',
  requiredPrivileges: [],
  triggers: [],
  preferredNode: null,
  launchProtected: 'none',
  environment: {},
  host: null,
};
