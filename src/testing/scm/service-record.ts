import type { ConfigChange, ServiceConfig } from '../../scm/service-config.ts';
import type { ActiveRefusals } from './windows-refusals.ts';

/** What the mock SCM's database has of one service. */
export interface ServiceRecord {
  readonly name: string;
  config: ServiceConfig;
  /** DeleteService was called; the name lives until nobody holds the service and it doesn't run. */
  marked: boolean;
  /** Handles that others hold. */
  holds: number;
  /** Goes up with every change that somebody who waits may want to see. */
  version: number;
}

type Node = Pick<ServiceRecord, 'name' | 'config'>;

/** Service names are the same whatever their case. */
export function findRecord<T extends { readonly name: string }>(records: readonly T[], name: string): T | undefined {
  const wanted = name.toLowerCase();
  return records.find((record) => record.name.toLowerCase() === wanted);
}

/** What a new service has, where CreateServiceW isn't told otherwise. */
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
  };
}

/** The settings after a change: copies, so that nobody changes the database from outside. The password is kept nowhere. */
export function changedConfig(config: ServiceConfig, { password: _, ...change }: ConfigChange): ServiceConfig {
  const next = { ...config, ...structuredClone(change) };
  // An account that is emptied is the default one.
  return { ...next, account: next.account ?? 'LocalSystem' };
}

/** A change as the SCM stores it. */
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

/** The services that one depends on directly; a `+group` stands for all of its members. */
export function dependenciesOf<T extends Node>(records: readonly T[], { config }: Node): T[] {
  return config.dependencies.flatMap((dependency) => membersOf(records, dependency));
}

export function membersOf<T extends Node>(records: readonly T[], dependency: string): T[] {
  if (!dependency.startsWith('+')) return [findRecord(records, dependency)].filter((found) => found !== undefined);
  const group = dependency.slice(1).toLowerCase();
  return records.filter(({ config }) => config.loadOrderGroup?.toLowerCase() === group);
}

/** Whether a service depends, over any number of others, on the one with this name. */
export function reaches(records: readonly Node[], from: Node, name: string, seen = new Set<string>()): boolean {
  const key = name.toLowerCase();
  if (from.config.dependencies.some((dependency) => dependency.toLowerCase() === key)) return true;
  return dependenciesOf(records, from).some((next) => {
    if (seen.has(next.name)) return false;
    seen.add(next.name);
    return next.name.toLowerCase() === key || reaches(records, next, name, seen);
  });
}

/** All that depend on a service, directly or not, in the order in which they must be stopped. */
export function dependentsOf<T extends Node>(records: readonly T[], of: Node, found: T[] = []): T[] {
  for (const record of records) {
    if (found.includes(record) || record.name === of.name) continue;
    if (!dependenciesOf(records, record).some(({ name }) => name === of.name)) continue;
    dependentsOf(records, record, found);
    if (!found.includes(record)) found.push(record);
  }
  return found;
}
