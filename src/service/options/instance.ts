import { ServiceError } from '../../errors/service-error.ts';
import { checkInstance } from './check-service-options.ts';
import type { ServiceDefinition } from './service-options.ts';

const MARK = '@';
const LONGEST_NAME = 256;

/** Name of an instance of a service: `Orders@8081`. */
export function instanceName(base: string, instance: string): string {
  return `${base}${MARK}${instance}`;
}

/**
 * Returns the definition of the instance that a caller names.
 *
 * @throws ServiceError INVALID_OPTIONS for a definition without instances, or a name that Windows doesn't allow
 */
export function chooseInstance(definition: ServiceDefinition, instance: string): ServiceDefinition {
  if (!definition.hasInstances)
    throw new ServiceError(
      'INVALID_OPTIONS',
      `Service "${definition.name}" has no instances: its definition needs instance: true.`,
      { details: { service: definition.name } },
    );
  checkInstance(definition.baseName, instance);
  const { name } = asInstance(definition, instance);
  if (name.length <= LONGEST_NAME) return asInstance(definition, instance);
  throw new ServiceError(
    'INVALID_OPTIONS',
    `The name "${name}" is longer than the ${LONGEST_NAME} characters of the SCM.`,
  );
}

/** Returns the definition of one instance: names, logs and folders of its own, the same handlers. */
export function asInstance(definition: ServiceDefinition, instance: string): ServiceDefinition {
  const { baseName, eventLog } = definition;
  const name = instanceName(baseName, instance);
  const label = definition.displayName === definition.name ? name : `${definition.baseDisplayName} (${instance})`;
  return {
    ...definition,
    name,
    instance,
    displayName: label,
    // A source that the definition names is the same for all.
    eventLog: eventLog && { ...eventLog, source: eventLog.source === definition.name ? name : eventLog.source },
  };
}

/**
 * Returns the definition under the name that the service is installed with: everything that a run writes goes by it.
 * `Orders@8081` is the instance `8081` of `Orders`, where the definition has instances.
 */
export function installedAs(definition: ServiceDefinition, name: string | undefined): ServiceDefinition {
  // The SCM compares names without regard to case.
  if (name === undefined || name.toLowerCase() === definition.name.toLowerCase()) return definition;
  const prefix = `${definition.baseName}${MARK}`;
  const isInstance = definition.hasInstances && name.toLowerCase().startsWith(prefix.toLowerCase());
  return isInstance ? { ...asInstance(definition, name.slice(prefix.length)), name } : { ...definition, name };
}

/**
 * Takes the option `--instance` out of the arguments of a program whose definition has instances; it may stand anywhere
 * before `--`.
 */
export function takeInstance(argv: readonly string[]): {
  readonly instance: string | undefined;
  readonly rest: readonly string[];
} {
  const end = argv.indexOf('--');
  const at = argv.findIndex((arg, i) => (end < 0 || i < end) && /^--instance(?:=|$)/.test(arg));
  if (at < 0) return { instance: undefined, rest: argv };
  const [name = '', value] = argv[at]?.split(/=(.*)/s) ?? [];
  const count = value === undefined && name !== '' ? 2 : 1;
  return { instance: value ?? argv[at + 1] ?? '', rest: [...argv.slice(0, at), ...argv.slice(at + count)] };
}
