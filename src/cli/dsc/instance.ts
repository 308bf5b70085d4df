import { isObject } from '../../errors/check-options.ts';
import type { ServiceManager, ServiceSpec } from '../../manager/index.ts';
import { parseJson } from '../../util/structured-text/parse-json.ts';
import { UsageError } from '../input/usage-error.ts';
import { redactEnvironment, redactHost } from '../output/describe-setting.ts';

/** Wanted state of a service, as DSC gives it on standard input. */
export interface DscInstance {
  readonly spec: ServiceSpec;
  /** `false`: the service must not be installed. Default `true`. */
  readonly exists: boolean;
  /** `true` and `false`: it must run, or not. Default: either. */
  readonly running: boolean | undefined;
}

/** Difference between a service and its wanted state. */
export interface DscDifference {
  /** State of the service now, without secrets. */
  readonly actual: Readonly<Record<string, unknown>>;
  /** Names of the properties that differ. */
  readonly different: readonly string[];
}

/** Reads an instance. Messages quote nothing of it: it may hold a password. @throws UsageError */
export function parseInstance(text: string): DscInstance {
  const { value, problems } = parseJson(text);
  if (!isObject(value) || problems.length > 0) {
    const [problem] = problems;
    const why = problem ? `${problem.line}:${problem.column} ${problem.message}` : 'it must be an object';
    throw new UsageError(`Standard input must hold the wanted service as JSON: ${why}.`);
  }
  const { _exist: exists = true, _inDesiredState: _, running, ...spec } = value;
  if (typeof exists !== 'boolean') throw new UsageError('_exist must be true or false.');
  if (running !== undefined && typeof running !== 'boolean') throw new UsageError('running must be true or false.');
  if (typeof spec['name'] !== 'string') throw new UsageError('name is missing: the name of the service.');
  return { spec: spec as unknown as ServiceSpec, exists, running };
}

/** Reads a service as an instance, without secrets. */
export async function readInstance(manager: ServiceManager, name: string): Promise<Readonly<Record<string, unknown>>> {
  const client = manager.service(name);
  if (!(await client.exists())) return { name, _exist: false };
  const [{ unsupported: _, tag: _tag, ...config }, { state }] = await Promise.all([client.config(), client.status()]);
  return { ...withoutSecrets(config), running: isRunning(state), _exist: true };
}

/** Compares a service with its wanted state. What the instance doesn't name isn't compared. */
export async function compareInstance(
  manager: ServiceManager,
  { spec, exists, running }: DscInstance,
): Promise<DscDifference> {
  const actual = await readInstance(manager, spec.name);
  if (!exists) return { actual, different: actual['_exist'] === true ? ['_exist'] : [] };
  const { changes } = await manager.ensure(spec, { plan: true });
  const settings = changes.map(({ setting }) => setting).filter((setting) => setting !== 'password');
  const created = actual['_exist'] === false ? ['_exist'] : [];
  const state = running !== undefined && running !== (actual['running'] ?? false) ? ['running'] : [];
  return { actual, different: [...created, ...settings, ...state] };
}

function isRunning(state: string): boolean {
  return state !== 'stopped' && state !== 'stopPending';
}

/** Hides what is secret in a service. */
export function withoutSecrets<T extends Pick<ServiceSpec, 'environment' | 'host'>>(config: T): T {
  const { environment, host } = config;
  return {
    ...config,
    ...(environment && { environment: redactEnvironment(environment) }),
    ...(host && { host: redactHost(host) }),
  };
}
