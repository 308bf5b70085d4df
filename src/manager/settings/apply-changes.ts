import { BASE_SETTINGS } from '../../scm/base-settings.ts';
import type { ScmClient } from '../../scm/scm-client.ts';
import type { ConfigChange, ServiceConfig, Setting } from '../../scm/service-config.ts';
import { hasCode } from '../has-code.ts';
import { retryWhileLocked } from '../retry-while-locked.ts';
import { defaultPassword, isUserAccount } from '../spec/accounts.ts';
import { CREATED_EMPTY } from '../spec/new-service.ts';
import { isDeepStrictEqual } from 'node:util';
import type { SettingChange } from './plan-changes.ts';
import type { Target } from './resolve-target.ts';

type Key = keyof ConfigChange;

/** Settings that go to the SCM in one call each, in the order of the calls. */
const GROUPS: readonly (readonly Key[])[] = [
  BASE_SETTINGS,
  ['description'],
  ['sidType'],
  ['requiredPrivileges'],
  ['preshutdownTimeout'],
  ['preferredNode'],
  ['triggers'],
  ['environment'],
  ['host'],
  ['recovery'],
  ['recoverOnFailureExit'],
  ['launchProtected'],
  // Last: it may remove the right to change the others.
  ['securityDescriptor'],
];

/**
 * Makes the planned changes. When one fails, the earlier ones are undone; a new service is deleted.
 *
 * @returns the settings that this system refused because it doesn't have them.
 * @throws Win32Error of the change that failed.
 */
export async function applyChanges(
  client: ScmClient,
  target: Target,
  changes: readonly SettingChange[],
): Promise<readonly Setting[]> {
  const { name, current, wanted, mode } = target;
  const change = pick(wanted, changes.map(({ setting }) => setting) as Key[]);
  // Configure grants the right again: a policy may have removed it.
  const account = mode === 'configure' ? wanted.account : change.account;
  if (account && isUserAccount(account)) await client.grantServiceLogon(account);
  const undo: (() => Promise<void>)[] = [];
  const refused: Setting[] = [];
  try {
    if (!current) {
      await retryWhileLocked(client, name, () => client.create(name, toCreateCall(change)));
      undo.push(() => client.delete(name));
    }
    for (const part of toCalls(change, current)) {
      const [setting] = Object.keys(part) as Setting[];
      // A call that sets two values may have set one of them, so the failed one is undone too.
      if (current) undo.push(() => client.change(name, pick(current, Object.keys(part) as Key[])));
      try {
        await retryWhileLocked(client, name, () => client.change(name, part));
      } catch (error) {
        if (!setting || !isUnsupported(setting, error, current)) throw error;
        refused.push(setting);
      }
    }
  } catch (error) {
    for (const step of undo.reverse()) await step().catch(() => undefined);
    throw error;
  }
  return refused;
}

/** Splits a change into the calls that make it. */
function toCalls(change: ConfigChange, current: ServiceConfig | undefined): ConfigChange[] {
  const rest = current ? change : withoutCreated(change);
  return GROUPS.map((group) => pick(rest, group))
    .filter((part) => Object.keys(part).length > 0)
    .map((part) => (current ? withCompanions(part, current) : part));
}

/**
 * Completes settings that are one to the SCM: 'interactive' is part of the type, and a password comes with its account.
 */
function withCompanions(part: ConfigChange, { type, interactive, account }: ServiceConfig): ConfigChange {
  return {
    ...(part.interactive !== undefined || part.type !== undefined ? { type, interactive } : {}),
    ...(part.password !== undefined ? { account } : {}),
    ...withDefaultPassword(part),
  };
}

function withDefaultPassword(part: ConfigChange): ConfigChange {
  if (part.account === undefined || part.password !== undefined) return part;
  const password = defaultPassword(part.account);
  return password === undefined ? part : { ...part, password };
}

function toCreateCall(change: ConfigChange): ConfigChange & { readonly imagePath: string } {
  return { imagePath: '', ...withDefaultPassword(change) };
}

/**
 * Leaves out the settings that CreateServiceW has set, and those that are empty in a new service. It has no delayed
 * start.
 */
function withoutCreated(change: ConfigChange): ConfigChange {
  const base = new Set<string>(change.startType === 'delayed' ? without(BASE_SETTINGS, 'startType') : BASE_SETTINGS);
  return Object.fromEntries(
    Object.entries(change).filter(
      ([setting, value]) => !base.has(setting) && !isDeepStrictEqual(value, CREATED_EMPTY[setting as Setting]),
    ),
  );
}

/** A system without the setting answers 124 or 120; without NUMA nodes, 87. */
function isUnsupported(setting: Setting, error: unknown, current: ServiceConfig | undefined): boolean {
  if (setting === 'preferredNode' && hasCode(error, 'ERROR_INVALID_PARAMETER')) return true;
  return !current && setting !== 'startType' && hasCode(error, 'ERROR_INVALID_LEVEL', 'ERROR_CALL_NOT_IMPLEMENTED');
}

function without(list: readonly Key[], setting: Key): Key[] {
  return list.filter((item) => item !== setting);
}

function pick(from: ConfigChange, settings: readonly Key[]): ConfigChange {
  return Object.fromEntries(
    settings.filter((setting) => from[setting] !== undefined).map((setting) => [setting, from[setting]]),
  );
}
