import type { ConfigChange, ServiceConfig } from '../../scm/service-config.ts';
import type { ActiveRefusals } from './windows-refusals.ts';

/** Record of one service in the database of the mock SCM. */
export interface ServiceRecord {
  readonly name: string;
  config: ServiceConfig;
  /** `true`: DeleteService was called. The name exists until no handle is open and the service doesn't run. */
  marked: boolean;
  /** Number of open handles of other programs. */
  holds: number;
  /** Version, which grows with every change that a waiting client may want to see. */
  version: number;
}

type Node = Pick<ServiceRecord, 'name' | 'config'>;

/** Converts a name to its key: service names ignore case. */
export function findRecord<T extends { readonly name: string }>(records: readonly T[], name: string): T | undefined {
  const wanted = name.toLowerCase();
  return records.find((record) => record.name.toLowerCase() === wanted);
}

/** Settings of a new service, where CreateServiceW gets no others. */
export function newConfig(name: string): ServiceConfig {
  return {
    type: 'ownProcess',
    interactive: false,
    startType: 'demand',
    errorControl: 'normal',
    imagePath: '',
    loadOrderGroup: null,
    tag: 0,
    dependencies: [],
    account: 'LocalSystem',
    displayName: name,
    description: null,
    recovery: { actions: [], resetPeriod: 0, command: null, rebootMessage: null },
    recoverOnFailureExit: false,
    sidType: 'none',
    requiredPrivileges: [],
    preshutdownTimeout: 10_000,
    triggers: [],
    preferredNode: null,
    launchProtected: 'none',
    securityDescriptor:
      'O:SYG:SYD:(A;;CCLCSWRPWPDTLOCRRC;;;SY)(A;;CCDCLCSWRPWPDTLOCRSDRCWDWO;;;BA)(A;;CCLCSWLOCRRC;;;IU)(A;;CCLCSWLOCRRC;;;SU)',
    environment: {},
    host: null,
  };
}

/** Returns the settings after a change, as copies, so that no caller changes the database. The password is not stored. */
export function changedConfig(config: ServiceConfig, { password: _, ...change }: ConfigChange): ServiceConfig {
  const next = { ...config, ...structuredClone(change) };
  // An empty account is the default one.
  return { ...next, account: next.account ?? 'LocalSystem' };
}

/** Converts a change to the form that the SCM stores. */
export function toStoredChange(change: ConfigChange, refusals: ActiveRefusals): ConfigChange {
  const { description, dependencies, recovery } = change;
  return {
    ...change,
    ...(description === '' && refusals.has('emptyDescription') ? { description: null } : {}),
    ...(dependencies && refusals.has('dependencyOrder') ? { dependencies: servicesFirst(dependencies) } : {}),
    // Without actions there is nothing to count.
    ...(recovery?.actions.length === 0 ? { recovery: { ...recovery, resetPeriod: 0 } } : {}),
  };
}

function servicesFirst(dependencies: readonly string[]): string[] {
  const isGroup = (name: string): boolean => name.startsWith('+');
  return [...dependencies.filter((name) => !isGroup(name)), ...dependencies.filter(isGroup)];
}

/** Returns the services that one depends on directly; a `+group` stands for all of its members. */
export function dependenciesOf<T extends Node>(records: readonly T[], { config }: Node): T[] {
  return config.dependencies.flatMap((dependency) => membersOf(records, dependency));
}

export function membersOf<T extends Node>(records: readonly T[], dependency: string): T[] {
  if (!dependency.startsWith('+')) return [findRecord(records, dependency)].filter((found) => found !== undefined);
  const group = dependency.slice(1).toLowerCase();
  return records.filter(({ config }) => config.loadOrderGroup?.toLowerCase() === group);
}

/** Returns whether a service depends on the one with this name, directly or not. */
export function reaches(records: readonly Node[], from: Node, name: string, seen = new Set<string>()): boolean {
  const key = name.toLowerCase();
  if (from.config.dependencies.some((dependency) => dependency.toLowerCase() === key)) return true;
  return dependenciesOf(records, from).some((next) => {
    if (seen.has(next.name)) return false;
    seen.add(next.name);
    return next.name.toLowerCase() === key || reaches(records, next, name, seen);
  });
}

/** Returns all services that depend on one, directly or not, in the order in which they must be stopped. */
export function dependentsOf<T extends Node>(records: readonly T[], of: Node, found: T[] = []): T[] {
  for (const record of records) {
    if (found.includes(record) || record.name === of.name) continue;
    if (!dependenciesOf(records, record).some(({ name }) => name === of.name)) continue;
    dependentsOf(records, record, found);
    if (!found.includes(record)) found.push(record);
  }
  return found;
}
