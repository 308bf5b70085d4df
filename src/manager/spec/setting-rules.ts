import type { OptionProblem } from '../../errors/check-options.ts';
import type { ServiceConfig, Setting } from '../../scm/service-config.ts';
import { isLocalSystem } from './accounts.ts';
import { parseCommandLine } from './command-line.ts';

/** Settings that a rule reads. They may be unchecked values of a spec. */
type Settings = Partial<ServiceConfig>;

interface SettingRule {
  /** The settings that the rule compares. */
  readonly settings: readonly Setting[];
  /** The one to report. */
  readonly path: Setting;
  readonly message: string;
  refuses(settings: Settings): boolean;
}

/** Combinations that Windows refuses with a code. The check names the reason first. */
const RULES: readonly SettingRule[] = [
  {
    settings: ['interactive', 'account'],
    path: 'interactive',
    message: 'needs the account localSystem: Windows refuses other accounts with 87',
    refuses: ({ interactive, account }) =>
      interactive === true && account !== undefined && !isLocalSystem(textOrNull(account)),
  },
  {
    settings: ['interactive', 'type'],
    path: 'interactive',
    message: 'is for services, not for drivers: Windows refuses it with 87',
    refuses: ({ interactive, type }) => interactive === true && isDriver(type),
  },
  {
    settings: ['startType', 'loadOrderGroup'],
    path: 'startType',
    message: "'delayed' can't be combined with loadOrderGroup: a service of a load order group starts with its group",
    refuses: ({ startType, loadOrderGroup }) => startType === 'delayed' && Boolean(loadOrderGroup),
  },
  {
    settings: ['startType', 'type'],
    path: 'startType',
    message: "'delayed' is for services, not for drivers",
    refuses: ({ startType, type }) => startType === 'delayed' && isDriver(type),
  },
  {
    settings: ['startType', 'type'],
    path: 'startType',
    message: "'boot' and 'system' are for drivers only: give the type too",
    refuses: ({ startType, type }) =>
      (startType === 'boot' || startType === 'system') && type !== undefined && !isDriver(type),
  },
  {
    settings: ['type', 'imagePath'],
    path: 'type',
    message: "must be 'ownProcess' for a Node program: one Node process hosts one service",
    refuses: ({ type, imagePath }) =>
      (type === 'shareProcess' || type === 'userShareProcess') && typeof imagePath === 'string' && runsNode(imagePath),
  },
  {
    settings: ['recovery', 'type'],
    path: 'recovery',
    message: 'is for services, not for drivers: Windows refuses it with 1080',
    refuses: ({ recovery, type }) => isDriver(type) && Array.isArray(recovery?.actions) && recovery.actions.length > 0,
  },
];

/**
 * Checks settings against each other.
 *
 * @param changed the settings that change. A rule that only concerns other settings is skipped: the service broke it
 *   before, and an unrelated change must not fail for it.
 */
export function findRefusedSettings(settings: Settings, changed?: ReadonlySet<string>): OptionProblem[] {
  return RULES.filter((rule) => !changed || rule.settings.some((setting) => changed.has(setting)))
    .filter((rule) => rule.refuses(settings))
    .map(({ path, message }) => ({ path, message }));
}

/** Returns whether a service type is a driver's. */
export function isDriver(type: unknown): boolean {
  return typeof type === 'string' && (type.endsWith('Driver') || type === 'adapter');
}

function runsNode(imagePath: string): boolean {
  return /(?:^|[\\/])node(?:\.exe)?$/i.test(parseCommandLine(imagePath).file);
}

function textOrNull(account: unknown): string | null {
  return typeof account === 'string' ? account : null;
}
