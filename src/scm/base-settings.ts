import type { ConfigChange } from './service-config.ts';

/** The settings that CreateServiceW and ChangeServiceConfigW take, all in one call. Each other one has a call of its own. */
export const BASE_SETTINGS = [
  'type',
  'interactive',
  'startType',
  'errorControl',
  'imagePath',
  'loadOrderGroup',
  'tag',
  'dependencies',
  'account',
  'password',
  'displayName',
] as const satisfies readonly (keyof ConfigChange)[];
