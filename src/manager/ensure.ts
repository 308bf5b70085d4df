import { BASE_SETTINGS } from '../scm/base-settings.ts';
import type { ScmClient } from '../scm/scm-client.ts';
import type { ServiceSources } from '../scm/service-source.ts';
import { isUserAccount } from './accounts.ts';
import type { ConfigChange, ConfigReading, ServiceConfig, Setting } from '../scm/service-config.ts';
import { diffConfig, type SettingChange } from './diff.ts';
import { ensureEventSource } from './event-source.ts';
import { hasCode } from './has-code.ts';
import { isDriver, newServiceDefaults, ownImagePath, resolveSpec } from './resolve-spec.ts';
import type { EventSourceOption, ServiceSpec } from '../scm/service-spec.ts';

/** What `ensure` changed, or would change with `plan`. */
export interface EnsureResult {
  /** The service was, or would be, installed. */
  readonly created: boolean;
  /** What changed, or would change. Empty: everything was as it should be. */
  readonly changes: readonly SettingChange[];
  /** Settings that this system doesn't know, by its own words (124): they were left alone, whoever asked for them. */
  readonly unsupported: readonly Setting[];
  /** What could not be done and is no reason to fail: the event source, for want of rights. Each says how to repair it. */
  readonly warnings: readonly string[];
  /** Whether it was only a plan. */
  readonly planned: boolean;
}

/** What goes to the SCM in one call; the order in which the settings are applied. */
const TOGETHER: readonly (readonly (keyof ConfigChange)[])[] = [
  BASE_SETTINGS,
  ['description'],
  ['sidType'],
  ['requiredPrivileges'],
  ['preshutdownTimeout'],
  ['preferredNode'],
  ['triggers'],
  ['environment'],
  ['recovery'],
  ['recoverOnFailureExit'],
  ['launchProtected'],
  // Last: it may take away the right to change the others.
  ['securityDescriptor'],
];

/** Installs a service that must not exist yet. @throws Win32Error 1073 when it does; what was begun is undone. */
export async function installService(
  client: ScmClient,
  spec: ServiceSpec,
  sources?: ServiceSources,
): Promise<EnsureResult> {
  const wanted = withDefaults(spec, resolveSpec('install', spec));
  return withEventSource(await create(client, spec.name, wanted), sources, spec, sourceOfNew(spec));
}

/** Makes a service what the spec says: installs it, changes what differs, or does nothing. */
export async function ensureService(
  client: ScmClient,
  spec: ServiceSpec,
  plan: boolean,
  sources?: ServiceSources,
): Promise<EnsureResult> {
  const explicit = resolveSpec('ensure', spec);
  const reading = await readIfThere(client, spec.name);
  if (!reading) {
    const wanted = withDefaults(spec, explicit);
    const result = plan
      ? { created: true, changes: diffConfig(undefined, wanted), unsupported: [], warnings: [], planned: true }
      : await create(client, spec.name, wanted);
    return withEventSource(result, sources, spec, sourceOfNew(spec));
  }
  const result = await configureService(client, spec.name, explicit, reading, { plan });
  return withEventSource(result, sources, spec, spec.eventSource);
}

/** Applies a checked change to a service. When one part fails, the parts before it are put back. */
export async function configureService(
  client: ScmClient,
  name: string,
  wanted: ConfigChange,
  reading: ConfigReading,
  { plan, setPassword = false }: { readonly plan: boolean; readonly setPassword?: boolean },
): Promise<EnsureResult> {
  const unsupported = reading.unsupported.filter((setting) => wanted[setting] !== undefined);
  const changes = diffConfig(reading.config, wanted, setPassword).filter(
    ({ setting }) => !(unsupported as readonly string[]).includes(setting),
  );
  if (!plan) {
    // Who names the account again wants it to work: a policy may have taken the right away.
    if (setPassword && !changes.some(({ setting }) => setting === 'account')) await grantLogon(client, wanted.account);
    await apply(client, name, pick(wanted, changes), reading);
  }
  return { created: false, changes, unsupported, warnings: [], planned: plan };
}

/** The event source comes last: it is of no use without the service, and the service works without it. */
export async function withEventSource(
  result: EnsureResult,
  sources: ServiceSources | undefined,
  { name }: Pick<ServiceSpec, 'name'>,
  wanted: EventSourceOption | undefined,
): Promise<EnsureResult> {
  const { changes, warnings } = await ensureEventSource(sources, name, wanted, result.planned);
  return { ...result, changes: [...result.changes, ...changes], warnings: [...result.warnings, ...warnings] };
}

function sourceOfNew({ eventSource, type }: ServiceSpec): EventSourceOption {
  return eventSource ?? !isDriver(type);
}

async function create(
  client: ScmClient,
  name: string,
  wanted: ConfigChange & { readonly imagePath: string },
): Promise<EnsureResult> {
  await grantLogon(client, wanted.account);
  await client.create(name, wanted);
  const unsupported: Setting[] = [];
  try {
    for (const settings of TOGETHER.slice(1)) {
      const part = pickSettings(wanted, settings);
      if (Object.keys(part).length === 0) continue;
      try {
        await client.change(name, part);
      } catch (error) {
        // One rule for all calls: what this system doesn't know is left alone and named.
        if (!isUnsupported(error)) throw error;
        unsupported.push(settings[0] as Setting);
      }
    }
    // CreateServiceW knows no delayed start.
    if (wanted.startType === 'delayed') await client.change(name, { startType: 'delayed' });
  } catch (error) {
    await client.delete(name).catch(() => undefined);
    throw error;
  }
  const changes = diffConfig(undefined, wanted).filter(
    ({ setting }) => !(unsupported as readonly string[]).includes(setting),
  );
  return { created: true, changes, unsupported, warnings: [], planned: false };
}

async function apply(client: ScmClient, name: string, wanted: ConfigChange, { config }: ConfigReading): Promise<void> {
  await grantLogon(client, wanted.account);
  const done: ConfigChange[] = [];
  try {
    for (const settings of TOGETHER) {
      const part = pickSettings(wanted, settings);
      if (Object.keys(part).length === 0) continue;
      const complete = together(part, config);
      // Also what fails is put back: a call that sets two things may have set one.
      done.push(pickSettings({ ...config }, Object.keys(complete) as (keyof ConfigChange)[]));
      await client.change(name, complete);
    }
  } catch (error) {
    for (const part of done.reverse()) await client.change(name, part).catch(() => undefined);
    throw error;
  }
}

/** For the SCM some settings are one: the flag 'interactive' is part of the type, and a password comes with its account. */
function together(part: ConfigChange, { type, interactive, account }: ServiceConfig): ConfigChange {
  return {
    ...(part.interactive !== undefined || part.type !== undefined ? { type, interactive } : {}),
    ...(part.password !== undefined ? { account } : {}),
    ...part,
  };
}

async function grantLogon(client: ScmClient, account: string | null | undefined): Promise<void> {
  if (account && isUserAccount(account)) await client.grantServiceLogon(account);
}

export async function readIfThere(client: ScmClient, name: string): Promise<ConfigReading | undefined> {
  try {
    return await client.readConfig(name);
  } catch (error) {
    if (hasCode(error, 'ERROR_SERVICE_DOES_NOT_EXIST')) return undefined;
    throw error;
  }
}

function isUnsupported(error: unknown): boolean {
  return hasCode(error, 'ERROR_INVALID_LEVEL', 'ERROR_CALL_NOT_IMPLEMENTED');
}

function withDefaults(spec: ServiceSpec, explicit: ConfigChange): ConfigChange & { readonly imagePath: string } {
  const defaults = newServiceDefaults(spec.name, spec.type);
  return { ...defaults, displayName: spec.name, ...explicit, imagePath: explicit.imagePath ?? ownImagePath() };
}

function pick(wanted: ConfigChange, changes: readonly SettingChange[]): ConfigChange {
  return pickSettings(
    wanted,
    changes.map(({ setting }) => setting as keyof ConfigChange),
  );
}

function pickSettings(from: ConfigChange, settings: readonly (keyof ConfigChange)[]): ConfigChange {
  return Object.fromEntries(
    settings.filter((setting) => from[setting] !== undefined).map((setting) => [setting, from[setting]]),
  );
}
