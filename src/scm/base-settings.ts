import type { ConfigChange } from './service-config.ts';

/** Settings that CreateServiceW and ChangeServiceConfigW take, all in one call. Each of the others needs its own call. */
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
