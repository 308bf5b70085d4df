import type { ScmClient } from '../../scm/scm-client.ts';
import type { ConfigChange, ServiceConfig, Setting } from '../../scm/service-config.ts';
import type { EventSourceOption } from '../../scm/service-spec.ts';
import { hasCode } from '../has-code.ts';
import { isSameAccountName } from '../spec/accounts.ts';
import { toNewServiceDefaults } from '../spec/new-service.ts';
import type { SpecRequest } from '../spec/parse-spec.ts';
import { toProgramLine } from '../spec/program-line.ts';
import { isDriver } from '../spec/setting-rules.ts';

/** A service, and the settings that it gets. */
export interface Target {
  readonly name: string;
  /** Words for errors. */
  readonly mode: SpecRequest['mode'];
  /** Present configuration; `undefined`: the service doesn't exist. */
  readonly current: ServiceConfig | undefined;
  /** Wanted settings; the others are kept. */
  readonly wanted: ConfigChange;
  /** Settings of the spec that this system doesn't have. */
  readonly unsupported: readonly Setting[];
  /** The caller allows launch protection to be set. */
  readonly allowLaunchProtected: boolean;
  readonly eventSource: EventSourceOption | undefined;
}

/**
 * Reads the service and completes the settings: defaults for a new one, the stored spelling of an unchanged account.
 */
export async function resolveTarget(client: ScmClient, request: SpecRequest, settings: ConfigChange): Promise<Target> {
  const { mode, name, spec } = request;
  const reading = mode === 'install' ? undefined : await readConfig(client, request);
  const unsupported = reading?.unsupported.filter((setting) => settings[setting] !== undefined) ?? [];
  return {
    name,
    mode,
    current: reading?.config,
    wanted: reading ? await withStoredAccount(client, settings, reading.config) : withDefaults(name, settings),
    unsupported,
    allowLaunchProtected: spec.allowLaunchProtected ?? false,
    eventSource: spec.eventSource ?? (reading ? undefined : !isDriver(settings.type)),
  };
}

async function readConfig(client: ScmClient, { mode, name }: SpecRequest) {
  try {
    return await client.readConfig(name);
  } catch (error) {
    if (mode === 'ensure' && hasCode(error, 'ERROR_SERVICE_DOES_NOT_EXIST')) return undefined;
    throw error;
  }
}

function withDefaults(name: string, settings: ConfigChange): ConfigChange {
  const defaults = toNewServiceDefaults(name, settings.type);
  return { imagePath: toProgramLine({}), displayName: name, ...defaults, ...settings };
}

/**
 * Replaces the account by the stored spelling where Windows treats both as the same, such as `.\bob` and `HOST\bob`.
 * Accounts are compared by SID, and by name where the system finds none.
 */
async function withStoredAccount(
  client: ScmClient,
  settings: ConfigChange,
  { account: stored }: ServiceConfig,
): Promise<ConfigChange> {
  const { account } = settings;
  if (account === undefined || account === stored) return settings;
  if (isSameAccountName(account, stored)) return { ...settings, account: stored };
  if (account === null || stored === null) return settings;
  const [wanted, current] = await Promise.all([client.accountSid(account), client.accountSid(stored)]);
  return wanted !== undefined && wanted === current ? { ...settings, account: stored } : settings;
}
