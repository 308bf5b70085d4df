import { checkOptions } from '../errors/check-options.ts';
import { ServiceError } from '../errors/service-error.ts';
import type { ScmClient } from '../scm/scm-client.ts';
import type { ControlReport, InstalledServiceConfig, ListedService, ServiceReport } from '../scm/service-config.ts';
import type { MachineParts } from '../scm/machine-parts.ts';
import type { ServiceSpec } from '../scm/service-spec.ts';
import type { ServiceState } from '../scm/states.ts';
import type { Clock } from '../util/clock.ts';
import { changeControlAccess, readControlAccess } from './settings/change-control-access.ts';
import { configureService, type EnsureResult } from './settings/configure-service.ts';
import {
  codeSchema,
  restartSchema,
  startSchema,
  stopSchema,
  uninstallSchema,
  waitSchema,
} from './control/action-schema.ts';
import { restartService, type RestartOptions } from './control/restart-service.ts';
import type { ServiceTarget } from './control/service-target.ts';
import { startService, type StartOptions } from './control/start-service.ts';
import { stopService, type StopOptions } from './control/stop-service.ts';
import { uninstallService, type UninstallOptions } from './control/uninstall-service.ts';
import { exists } from './control/wait-for-exit.ts';
import { waitForState, type WaitOptions } from './control/wait-for.ts';
import { watchService, type WatchOptions } from './control/watch-service.ts';

/**
 * A service of the SCM, by its name; it need not exist. Made by `ServiceManager.service`.
 *
 * Each method may also throw ServiceError CLOSED after the manager was closed, and INVALID_OPTIONS before anything is
 * done.
 */
export class ServiceClient {
  /** Name of the service. */
  readonly name: string;
  readonly #client: ScmClient;
  readonly #target: ServiceTarget;
  readonly #commands: Readonly<Record<string, number>>;
  readonly #parts: MachineParts;

  /** @internal */
  constructor(
    client: ScmClient,
    clock: Clock,
    name: string,
    commands: Readonly<Record<string, number>>,
    parts: MachineParts,
  ) {
    this.name = name;
    this.#client = client;
    this.#target = { client, clock, name };
    this.#commands = commands;
    this.#parts = parts;
  }

  /**
   * Reads the status. Needs SERVICE_QUERY_STATUS only, which every user has by default.
   *
   * @throws Win32Error 1060
   */
  status(): Promise<ServiceReport> {
    return this.#client.status(this.name);
  }

  /** Returns whether a service of this name exists. */
  exists(): Promise<boolean> {
    return exists(this.#client, this.name);
  }

  /**
   * Reads every setting. The result is a spec too: `ensure(await service.config())` changes nothing. Durations are
   * milliseconds. Settings that this system doesn't have are missing, and listed in `unsupported`.
   *
   * @throws Win32Error 1060, 5
   */
  async config(): Promise<InstalledServiceConfig> {
    const { config, unsupported } = await this.#client.readConfig(this.name);
    return { name: this.name, ...config, unsupported };
  }

  /**
   * Starts the service and waits until it runs. Does nothing if it runs already.
   *
   * @returns the status in which it ran.
   * @throws ServiceError STATE_NOT_REACHED when it stopped instead or the timeout is over; Win32Error 1058, 1069, …
   * @example
   * const { pid } = await service.start({ args: ['--verbose'], timeout: '1m' });
   */
  async start(options: StartOptions = {}): Promise<ServiceReport> {
    checkOptions(`start "${this.name}"`, startSchema, options);
    return startService(this.#target, options);
  }

  /**
   * Stops the service and waits until its process has ended. Does nothing if it is stopped.
   *
   * @returns the status in which it was stopped.
   * @throws ServiceError STATE_NOT_REACHED after the timeout; Win32Error 1051, 1052, 1061, …
   * @example
   * await service.stop({ reason: { cause: 'upgrade' }, dependents: true });
   */
  async stop(options: StopOptions = {}): Promise<ServiceReport> {
    checkOptions(`stop "${this.name}"`, stopSchema, options);
    return stopService(this.#target, options);
  }

  /**
   * Pauses the service and waits until it is paused.
   *
   * @throws Win32Error 1052 when it has no `pause` handler, 1062 when it doesn't run; ServiceError STATE_NOT_REACHED
   */
  async pause(options: WaitOptions = {}): Promise<ServiceReport> {
    checkOptions(`pause "${this.name}"`, waitSchema, options);
    await this.#client.control(this.name, 'pause');
    return waitForState(this.#target, 'paused', options, 'fail');
  }

  /** Resumes a paused service and waits until it runs. @throws Win32Error 1052, 1062; ServiceError STATE_NOT_REACHED */
  async resume(options: WaitOptions = {}): Promise<ServiceReport> {
    checkOptions(`resume "${this.name}"`, waitSchema, options);
    await this.#client.control(this.name, 'continue');
    return waitForState(this.#target, 'running', options, 'fail');
  }

  /**
   * Stops and starts the service. With `dependents`, the services that depend on it are stopped first and started
   * again afterwards, without `args`. The timeout counts for each stop and each start.
   *
   * @returns the status in which it ran again.
   * @throws what `stop` and `start` throw.
   */
  async restart(options: RestartOptions = {}): Promise<ServiceReport> {
    checkOptions(`restart "${this.name}"`, restartSchema, options);
    return restartService(this.#target, options);
  }

  /**
   * Sends a user-defined control, by its number (128 to 255) or by the name that the definition gives it.
   *
   * @throws Win32Error 1052, 1062; ServiceError INVALID_OPTIONS for an unknown name
   */
  async command(command: string | number): Promise<ControlReport> {
    const code = typeof command === 'number' ? command : this.#commands[command];
    if (code === undefined) {
      const known = Object.keys(this.#commands).join(', ') || 'none: pass the definition to service(), or a number';
      throw new ServiceError(
        'INVALID_OPTIONS',
        `Service "${this.name}" has no command "${command}"; it has: ${known}.`,
        { details: { command } },
      );
    }
    checkOptions(`command of "${this.name}"`, codeSchema, { code });
    return this.#client.control(this.name, code);
  }

  /** Sends PARAMCHANGE: the parameters of the service in the registry changed. @throws Win32Error 1052, 1062 */
  paramChange(): Promise<ControlReport> {
    return this.#client.control(this.name, 'paramChange');
  }

  /** Sends INTERROGATE: the service reports its status to the SCM again. @throws Win32Error 1062 */
  interrogate(): Promise<ControlReport> {
    return this.#client.control(this.name, 'interrogate');
  }

  /** Waits until the service is in a state. @throws ServiceError STATE_NOT_REACHED after the timeout */
  async waitFor(state: ServiceState, options: WaitOptions = {}): Promise<ServiceReport> {
    checkOptions(`waitFor "${this.name}"`, waitSchema, options);
    return waitForState(this.#target, state, options, 'wait');
  }

  /**
   * Yields the present status and then every change, until the signal aborts or the service is deleted. The SCM
   * reports each state (NotifyServiceStatusChange). On another machine, and where the SCM can't, the status is polled:
   * a state that lasts less than `interval` may be missing.
   *
   * @throws Win32Error 1060 when there is no such service at the start
   */
  watch(options: WatchOptions = {}): AsyncGenerator<ServiceReport, void, undefined> {
    return watchService(this.#client, this.name, options);
  }

  /**
   * Changes settings. Settings that aren't named are kept; `null` and `[]` clear. When a change fails, the ones before
   * it are undone.
   *
   * @param options.plan `true`: returns the changes without making them. Default `false`.
   * @throws ServiceError INVALID_OPTIONS; Win32Error 1060, 5, …
   */
  async configure(change: Omit<ServiceSpec, 'name'>, options: { readonly plan?: boolean } = {}): Promise<EnsureResult> {
    const { plan = false } = options;
    return configureService(this.#client, this.#parts, { mode: 'configure', name: this.name, spec: change, plan });
  }

  /**
   * Lets an account query, start, stop, pause and continue the service, and send it user-defined controls; not change
   * it. Needs an administrator. Returns `false` when the account had that already.
   *
   * @param account such as `'NT SERVICE\\WinsvcAdmin'`
   * @throws ServiceError INVALID_OPTIONS for an account that doesn't exist; Win32Error 5, 1060
   */
  grantControl(account: string): Promise<boolean> {
    return changeControlAccess(this.#target, this.#parts, account, 'grant');
  }

  /** Removes the rights that `grantControl` added. Returns `false` when there were none. @throws as `grantControl` */
  revokeControl(account: string): Promise<boolean> {
    return changeControlAccess(this.#target, this.#parts, account, 'revoke');
  }

  /**
   * Returns whether a service that runs as an account may query, start and stop this one. Groups count that every
   * service is in. `undefined`: the access list can't be read. @throws as `grantControl`
   */
  canBeControlledBy(account: string): Promise<boolean | undefined> {
    return readControlAccess(this.#target, account);
  }

  /**
   * Lists the services that depend on it, in the order in which they must be stopped.
   *
   * @param options.activeOnly `true`: only those that aren't stopped. Default `false`.
   */
  dependents(options: { readonly activeOnly?: boolean } = {}): Promise<readonly ListedService[]> {
    return this.#client.dependents(this.name, options.activeOnly ?? false);
  }

  /** Lists what it depends on: names of services, and of groups with a `+`. */
  async dependencies(): Promise<readonly string[]> {
    return (await this.#client.readConfig(this.name)).config.dependencies;
  }

  /** Reads the display name. */
  displayName(): Promise<string> {
    return this.#client.displayNameOf(this.name);
  }

  /**
   * Disables recovery, stops the service, waits until its process has ended, deletes it, and waits until the name is
   * free.
   *
   * @throws Win32Error 1072 when another program keeps a handle to it beyond the timeout; what `stop` throws.
   */
  async uninstall(options: UninstallOptions = {}): Promise<void> {
    checkOptions(`uninstall "${this.name}"`, uninstallSchema, options);
    return uninstallService(this.#target, this.#parts.sources, options);
  }
}
