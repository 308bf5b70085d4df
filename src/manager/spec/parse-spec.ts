import { checkOptions, isObject, type OptionProblem, schemaProblems } from '../../errors/check-options.ts';
import { findHostProblems, hostSettingsSchema } from '../../scm/host-settings-schema.ts';
import type { ConfigChange, ServiceConfig } from '../../scm/service-config.ts';
import type { RecoveryConfig } from '../../scm/recovery-config.ts';
import type { Trigger, TriggerData } from '../../scm/trigger.ts';
import type { RecoveryOptions, ServiceSpec } from '../../scm/service-spec.ts';
import { dropUndefined } from '../../util/drop-undefined.ts';
import { toMs } from '../../util/duration.ts';
import { needsPassword, toAccountName } from './accounts.ts';
import { DEFAULT_RESET_PERIOD_MS, toNewServiceDefaults } from './new-service.ts';
import { toImagePath } from './program-line.ts';
import { findRefusedSettings, isDriver } from './setting-rules.ts';
import { configureSchema, MAX_RESET_PERIOD_MS, serviceSpecSchema } from './spec-schema.ts';

/** The call that a spec came with. */
export interface SpecRequest {
  /** `install`: the service must not exist. `ensure`: it may. `configure`: it must. */
  readonly mode: 'install' | 'ensure' | 'configure';
  /** Name of the service. */
  readonly name: string;
  /** Settings as the caller wrote them. */
  readonly spec: Omit<ServiceSpec, 'name'>;
  /** Returns the changes without making them. */
  readonly plan: boolean;
}

/**
 * Checks a spec and translates it into settings in the SCM's form: durations in milliseconds, accounts by their stored
 * names, one form for values that mean the same.
 *
 * @throws ServiceError INVALID_OPTIONS that names every problem.
 */
export function parseSpec({ mode, name, spec }: SpecRequest): ConfigChange {
  const what = mode === 'configure' ? `configure "${name}"` : mode;
  const schema = mode === 'configure' ? configureSchema : serviceSpecSchema;
  checkOptions(what, schema, spec, () => [
    ...findSpecProblems(spec, mode !== 'configure'),
    ...findRefusedSettings(toRoughSettings(mode, name, spec)),
  ]);
  return dropUndefined({
    imagePath: toImagePath(spec),
    displayName: spec.displayName,
    description: spec.description === '' ? null : spec.description,
    type: spec.type,
    interactive: spec.interactive,
    startType: spec.startType,
    errorControl: spec.errorControl,
    loadOrderGroup: spec.loadOrderGroup,
    dependencies: toList(spec.dependencies),
    account: spec.account && toAccountName(spec.account, name),
    password: spec.password,
    recovery: toRecovery(spec.recovery),
    recoverOnFailureExit: spec.recoverOnFailureExit,
    sidType: spec.sidType,
    requiredPrivileges: toList(spec.requiredPrivileges),
    preshutdownTimeout:
      spec.preshutdownTimeout === undefined ? undefined : toMs(spec.preshutdownTimeout, 'preshutdownTimeout', Infinity),
    triggers: toList(spec.triggers)?.map(toTrigger),
    preferredNode: spec.preferredNode,
    launchProtected: spec.launchProtected,
    securityDescriptor: spec.securityDescriptor,
    environment: spec.environment === undefined ? undefined : { ...spec.environment },
    host: toHost(spec.host),
  });
}

/** Settings as the spec has them, of any type, for the rules; of a new service with its defaults. */
function toRoughSettings(mode: SpecRequest['mode'], name: string, spec: SpecRequest['spec']): Partial<ServiceConfig> {
  const rough = spec as Partial<ServiceConfig>;
  return mode === 'install' ? { ...toNewServiceDefaults(name, rough.type), ...rough } : rough;
}

function toRecovery(recovery: RecoveryOptions | null | undefined): RecoveryConfig | undefined {
  if (recovery === undefined) return undefined;
  const { actions = [], command = null, rebootMessage = null } = recovery ?? {};
  const given = recovery?.resetPeriod === undefined ? DEFAULT_RESET_PERIOD_MS : recovery.resetPeriod;
  // Without actions there is nothing to count, and the SCM forgets the period.
  const resetPeriod = actions.length === 0 ? 0 : given;
  return {
    actions: actions.map(({ type, delay = 0 }) => ({ type, delay: toMs(delay, 'delay', Infinity) })),
    resetPeriod: resetPeriod === null ? null : toWholeSeconds(toMs(resetPeriod, 'resetPeriod', MAX_RESET_PERIOD_MS)),
    command,
    rebootMessage,
  };
}

/** Rounds to seconds, the SCM's unit. */
function toWholeSeconds(ms: number): number {
  return Math.round(ms / 1_000) * 1_000;
}

function toTrigger({ event, action, guid, data }: Trigger): Trigger {
  return {
    event,
    action,
    ...(guid ? { guid: `{${guid.replace(/[{}]/g, '').toLowerCase()}}` } : {}),
    ...(data?.length ? { data: data.map(toTriggerData) } : {}),
  };
}

/** Copies a Buffer into a plain Uint8Array, the type that reading returns. */
function toTriggerData(item: TriggerData): TriggerData {
  return item.type === 'binary' ? { type: 'binary', value: Uint8Array.from(item.value) } : { ...item };
}

/** Settings as they come back from the registry: only values that JSON has. */
function toHost(host: ServiceSpec['host']): ServiceSpec['host'] {
  return host ? (JSON.parse(JSON.stringify(host)) as typeof host) : host;
}

function toList<T>(list: readonly T[] | null | undefined): readonly T[] | undefined {
  return list === undefined ? undefined : (list ?? []);
}

const NEEDS_GUID = new Set(['deviceArrival', 'etw', 'systemState', 'aggregate']);

/** Finds problems between options of a spec. The options may have any type: the schema reports those. */
function findSpecProblems(spec: Omit<ServiceSpec, 'name'>, mayBeNew: boolean): OptionProblem[] {
  const problems: OptionProblem[] = [];
  const add = (path: string, message: string): void => void problems.push({ path, message });
  const { account, password, program, imagePath, recovery, triggers, type, host } = spec;
  if (program && imagePath !== undefined) add('imagePath', 'is given beside program: leave one of them out');
  if (typeof account === 'string') {
    if (needsPassword(account) && !/[\\@]/.test(account))
      add(
        'account',
        `must be DOMAIN\\user, .\\user or user@domain, or one of virtual, localSystem, localService, networkService; got '${account}'`,
      );
    if (password !== undefined && !needsPassword(account))
      add('password', `is given, but ${account} has none: the system manages it`);
  }
  if (isObject(host)) problems.push(...findProblemsOfHost(host));
  if (isObject(host) && program?.file !== undefined && program.script === undefined)
    add('host', 'is for scripts of Node: program.script is missing');
  if (isDriver(type) && host) add('host', 'is for services; a driver has no program');
  // The SCM takes the path of a driver without quotes.
  if (isDriver(type) && program) add('program', 'is for services; a driver has an imagePath');
  if (isDriver(type) && imagePath === undefined && mayBeNew)
    add('imagePath', 'is missing: a driver is a file of its own');
  if (imagePath === '' && !isDriver(type)) add('imagePath', 'must not be empty');
  if (isObject(recovery) && Array.isArray(recovery['actions'])) {
    const actions = recovery['actions'] as readonly { type?: string }[];
    if (actions.some((action) => isObject(action) && action.type === 'runCommand') && !recovery['command'])
      add('recovery.command', 'is missing: an action runs it');
  }
  for (const [i, trigger] of (Array.isArray(triggers) ? (triggers as readonly Trigger[]) : []).entries()) {
    if (!isObject(trigger)) continue;
    if (NEEDS_GUID.has(trigger.event) && !trigger.guid)
      add(`triggers.${i}.guid`, `is missing: ${trigger.event} needs one`);
    if (!NEEDS_GUID.has(trigger.event) && trigger.guid)
      add(`triggers.${i}.guid`, `is given, but ${trigger.event} has its own`);
  }
  return problems;
}

function findProblemsOfHost(host: object): OptionProblem[] {
  const problems = [...schemaProblems(hostSettingsSchema(host), host), ...findHostProblems(host)];
  return problems.map(({ path, message }) => ({ path: path === 'options' ? 'host' : `host.${path}`, message }));
}
