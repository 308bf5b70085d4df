// @ts-check
/** All checks, in the order in which they run. */
import { checks as accounts } from './checks/accounts.mjs';
import { checks as consoles } from './checks/console.mjs';
import { checks as controls } from './checks/controls.mjs';
import { checks as folders } from './checks/folders.mjs';
import { checks as programs } from './checks/programs.mjs';
import { checks as records } from './checks/records.mjs';
import { checks as recovery } from './checks/recovery.mjs';
import { checks as secrets } from './checks/secrets.mjs';
import { checks as system } from './checks/system.mjs';

export const allChecks = [
  ...recovery,
  ...controls,
  ...accounts,
  ...folders,
  ...secrets,
  ...records,
  ...programs,
  ...consoles,
  ...system,
];
