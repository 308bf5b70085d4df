import { resolve } from 'node:path';
import { checkOptions, isObject, type OptionProblem } from '../errors/check-options.ts';
import { dropUndefined } from '../util/drop-undefined.ts';
import { toMs } from '../util/duration.ts';
import { accountName, needsPassword } from './accounts.ts';
import type { ConfigChange, RecoveryConfig, ServiceType, Trigger, TriggerData } from '../scm/service-config.ts';
import { buildCommandLine } from './image-path.ts';
import type { InstallOptions, ProgramOptions, RecoveryOptions, ServiceSpec } from '../scm/service-spec.ts';
import { configureSchema, MAX_RESET_PERIOD_MS, serviceSpecSchema } from './spec-schema.ts';

const DAY_MS = 86_400_000;

/** Safe defaults of a new service: few rights, and a failure is never taken for a clean stop. Drivers have neither. */
export function newServiceDefaults(name: string, type: ServiceType = 'ownProcess'): ConfigChange {
  if (isDriver(type)) return { type, startType: 'demand', errorControl: 'normal' };
  return {
    type: 'ownProcess',
    startType: 'auto',
    errorControl: 'normal',
    account: accountName('virtual', name),
    recoverOnFailureExit: true,
    recovery: {
      actions: [1_000, 10_000, 60_000].map((delay) => ({ type: 'restart', delay })),
      resetPeriod: DAY_MS,
      command: null,
      rebootMessage: null,
    },
  };
}

/** Checks a spec and turns it into settings. @throws ServiceError INVALID_OPTIONS that names everything that is wrong. */
export function resolveSpec(call: string, spec: ServiceSpec): ConfigChange {
  checkOptions(call, serviceSpecSchema, spec, () => crossProblems(spec));
  return toChange(spec, spec.name);
}

/** The same for `configure`, where nothing has a default. */
export function resolveChange(name: string, change: Omit<ServiceSpec, 'name'>): ConfigChange {
  checkOptions(`configure "${name}"`, configureSchema, change, () => crossProblems(change));
  return toChange(change, name);
}

/** The command line of a spec: as it is given, or built of its program. */
export function imagePathOf({ imagePath, program }: InstallOptions): string | undefined {
  if (imagePath !== undefined) return imagePath === '' ? undefined : imagePath;
  return program && programLine(program);
}

/** The command line of this program itself: this Node, this script. */
export function ownImagePath(): string {
  return programLine({});
}

function programLine({ file, nodeArgs = [], script, args = [] }: ProgramOptions): string {
  // Without a program of its own, the service is the script that installs it.
  const entry = script ?? (file === undefined ? process.argv[1] : undefined);
  return buildCommandLine(resolve(file ?? process.execPath), [
    ...nodeArgs,
    ...(entry === undefined ? [] : [resolve(entry)]),
    ...args,
  ]);
}

function toChange(spec: Omit<ServiceSpec, 'name'>, name: string): ConfigChange {
  const imagePath = imagePathOf(spec);
  return dropUndefined({
    imagePath,
    displayName: spec.displayName,
    // The SCM stores no empty description.
    description: spec.description === '' ? null : spec.description,
    type: spec.type,
    interactive: spec.interactive,
    startType: spec.startType,
    errorControl: spec.errorControl,
    loadOrderGroup: spec.loadOrderGroup,
    dependencies: listOf(spec.dependencies),
    account: spec.account && accountName(spec.account, name),
    password: spec.password,
    recovery: recoveryOf(spec.recovery),
    recoverOnFailureExit: spec.recoverOnFailureExit,
    sidType: spec.sidType,
    requiredPrivileges: listOf(spec.requiredPrivileges),
    preshutdownTimeout:
      spec.preshutdownTimeout === undefined ? undefined : toMs(spec.preshutdownTimeout, 'preshutdownTimeout', Infinity),
    triggers: listOf(spec.triggers)?.map(plainTrigger),
    preferredNode: spec.preferredNode,
    launchProtected: spec.launchProtected,
    securityDescriptor: spec.securityDescriptor,
    environment: spec.environment === undefined ? undefined : { ...spec.environment },
  });
}

function recoveryOf(recovery: RecoveryOptions | null | undefined): RecoveryConfig | undefined {
  if (recovery === undefined) return undefined;
  const { actions = [], command = null, rebootMessage = null } = recovery ?? {};
  // Without actions there is nothing to count, and the SCM forgets the period.
  const resetPeriod = actions.length === 0 ? 0 : recovery?.resetPeriod === undefined ? DAY_MS : recovery.resetPeriod;
  return {
    actions: actions.map(({ type, delay = 0 }) => ({ type, delay: toMs(delay, 'delay', Infinity) })),
    // The SCM counts in seconds.
    resetPeriod:
      resetPeriod === null ? null : Math.round(toMs(resetPeriod, 'resetPeriod', MAX_RESET_PERIOD_MS) / 1_000) * 1_000,
    command,
    rebootMessage,
  };
}

function plainTrigger(trigger: Trigger): Trigger {
  const guid = trigger.guid && `{${trigger.guid.replace(/[{}]/g, '').toLowerCase()}}`;
  return {
    event: trigger.event,
    action: trigger.action,
    ...(guid ? { guid } : {}),
    ...(trigger.data?.length ? { data: trigger.data.map(plainData) } : {}),
  };
}

/** A Buffer is a Uint8Array, but not the same as the one that the SCM gives back. */
function plainData(item: TriggerData): TriggerData {
  return item.type === 'binary' ? { type: 'binary', value: Uint8Array.from(item.value) } : { ...item };
}

export function isDriver(type: string | undefined): boolean {
  return type !== undefined && (type.endsWith('Driver') || type === 'adapter');
}

const NEEDS_GUID = new Set(['deviceArrival', 'etw', 'systemState', 'aggregate']);

/** What no single option shows. */
function crossProblems(spec: Omit<ServiceSpec, 'name'>): OptionProblem[] {
  const problems: OptionProblem[] = [];
  const add = (path: string, message: string): void => void problems.push({ path, message });
  const { account, password, program, imagePath, recovery, triggers, startType, type } = spec;
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
  const driver = typeof type === 'string' && isDriver(type);
  if ((startType === 'boot' || startType === 'system') && !driver)
    add('startType', `'${startType}' is for drivers only: give the type too`);
  // The SCM takes the path of a driver as it is, without quotes.
  if (driver && program) add('program', 'is for services; a driver has an imagePath');
  if (driver && imagePath === undefined && 'name' in spec)
    add('imagePath', 'is missing: a driver is a file of its own');
  if (isObject(recovery) && Array.isArray(recovery['actions'])) {
    const actions = recovery['actions'] as readonly { type?: string }[];
    if (actions.some((action) => isObject(action) && action.type === 'runCommand') && !recovery['command'])
      add('recovery.command', 'is missing: an action wants to run it');
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

function listOf<T>(list: readonly T[] | null | undefined): readonly T[] | undefined {
  return list === undefined ? undefined : (list ?? []);
}
