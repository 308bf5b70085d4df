import { checkOptions } from '../errors/check-options.ts';
import { ServiceError } from '../errors/service-error.ts';
import { win32Code } from '../errors/win32-codes.ts';
import type { ScmClient, StopReasonInfo } from '../scm/scm-client.ts';
import type { ServiceSources } from '../scm/service-source.ts';
import type { ServiceState } from '../scm/states.ts';
import type { Clock } from '../util/clock.ts';
import { dropUndefined } from '../util/drop-undefined.ts';
import type { ControlReport, InstalledServiceConfig, ListedService, ServiceReport } from '../scm/service-config.ts';
import { configureService, type EnsureResult, withEventSource } from './ensure.ts';
import { removeEventSource } from './event-source.ts';
import { hasCode } from './has-code.ts';
import { exists, waitForExit, waitForDeletion } from './wait-for-exit.ts';
import { resolveChange } from './resolve-spec.ts';
import type { ServiceSpec } from '../scm/service-spec.ts';
import { codeSchema } from './spec-schema.ts';
import { restartSchema, startSchema, stopSchema, uninstallSchema, waitSchema } from './action-schema.ts';
import { waitForState, type WaitOptions } from './wait-for.ts';
import { watchService, type WatchOptions } from './watch-service.ts';

/** Options of {@link ServiceClient.start}. */
export interface StartOptions extends WaitOptions {
  /** Arguments for this start only; the service reads them as `ctx.args`. Default: none. */
  readonly args?: readonly string[];
}

/** Options of {@link ServiceClient.stop}. */
export interface StopOptions extends WaitOptions {
  /** Stops the services that depend on it first. Default `false`: the SCM refuses the stop with 1051 if any run. */
  readonly dependents?: boolean;
  /** Reason for the System event log. Ignored where the system has no ControlServiceEx: see `supportsStopReason`. */
  readonly reason?: StopReasonInfo;
  /** Also waits until the process has ended; until then its files are locked. Default `true`. */
  readonly processEnd?: boolean;
}

/** Options of {@link ServiceClient.restart}. */
export interface RestartOptions extends StartOptions, StopOptions {}

/** How to uninstall a service: it is stopped first. */
export interface UninstallOptions extends StopOptions {
  /** A service that doesn't exist is no error. Default `false`. */
  readonly missingOk?: boolean;
  /** Keeps the event source, so that Event Viewer still shows the records. Default `false`: one of the service's name goes, if winsvc made it. */
  readonly keepEventSource?: boolean;
}

/** A service of the SCM, by its name. It need not exist. */
export class ServiceClient {
  readonly name: string;
  readonly #client: ScmClient;
  readonly #clock: Clock;
  readonly #commands: Readonly<Record<string, number>>;
  readonly #sources: ServiceSources | undefined;

  /** @internal */
  constructor(
    client: ScmClient,
    clock: Clock,
    name: string,
    commands: Readonly<Record<string, number>>,
    sources?: ServiceSources,
  ) {
    this.name = name;
    this.#client = client;
    this.#clock = clock;
    this.#commands = commands;
    this.#sources = sources;
  }

  /** Needs SERVICE_QUERY_STATUS only, which every user has by default. @throws Win32Error 1060 */
  status(): Promise<ServiceReport> {
    return this.#client.status(this.name);
  }

  exists(): Promise<boolean> {
    return exists(this.#client, this.name);
  }

  /**
   * Reads every setting. The result is a spec too: `ensure(await service.config())` changes nothing. Durations are
   * milliseconds. Settings that the system doesn't have are missing, and listed in `unsupported`.
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
   * @returns its status when it ran.
   * @throws ServiceError STATE_NOT_REACHED when it stopped instead or the timeout is over; Win32Error 1058, 1069, …
   * @example
   * const { pid } = await service.start({ args: ['--verbose'], timeout: '1m' });
   */
  async start(options: StartOptions = {}): Promise<ServiceReport> {
    const { args = [] } = options;
    checkOptions(`start "${this.name}"`, startSchema, options);
    try {
      await this.#client.start(this.name, args);
    } catch (error) {
      if (!hasCode(error, 'ERROR_SERVICE_ALREADY_RUNNING')) throw error;
    }
    return this.#reach('running', options, 'fail');
  }

  /**
   * Stops the service and waits until its process has ended. Does nothing if it is stopped.
   *
   * @returns its status when it was stopped.
   * @throws ServiceError STATE_NOT_REACHED after the timeout; Win32Error 1051, 1052, 1061, …
   * @example
   * await service.stop({ reason: { cause: 'upgrade' }, dependents: true });
   */
  async stop(options: StopOptions = {}): Promise<ServiceReport> {
    checkOptions(`stop "${this.name}"`, stopSchema, options);
    return this.#stop(options);
  }

  async #stop(options: StopOptions): Promise<ServiceReport> {
    const before = await this.#client.status(this.name);
    // Taken while it lives: afterwards the number may belong to somebody else.
    const process = this.#client.processEnd(before.pid);
    try {
      if (before.state !== 'stopped' && before.state !== 'stopPending') {
        try {
          await this.#controlStop(options);
        } catch (error) {
          // Killed, and the SCM has yet to notice: Windows' does at once, Wine's at the next start. Nothing is left to stop.
          if (!hasCode(error, 'ERROR_NO_DATA', 'ERROR_BROKEN_PIPE') || !process.ended()) throw error;
          return {
            ...before,
            state: 'stopped',
            pid: 0,
            accepts: [],
            exit: { win32: win32Code('ERROR_PROCESS_ABORTED') },
          };
        }
      }
      const report = await this.#reach('stopped', options, 'wait');
      if (options.processEnd !== false && before.type === 'ownProcess')
        await waitForExit(this.#client, this.#clock, this.name, before.pid, process, options);
      return report;
    } finally {
      process.close();
    }
  }

  /**
   * Pauses the service and waits until it is paused.
   *
   * @throws Win32Error 1052 when it has no `pause` handler, 1062 when it doesn't run; ServiceError STATE_NOT_REACHED
   */
  async pause(options: WaitOptions = {}): Promise<ServiceReport> {
    checkOptions(`pause "${this.name}"`, waitSchema, options);
    await this.#client.control(this.name, 'pause');
    return this.#reach('paused', options, 'fail');
  }

  /** Resumes a paused service and waits until it runs. @throws Win32Error 1052, 1062; ServiceError STATE_NOT_REACHED */
  async resume(options: WaitOptions = {}): Promise<ServiceReport> {
    checkOptions(`resume "${this.name}"`, waitSchema, options);
    await this.#client.control(this.name, 'continue');
    return this.#reach('running', options, 'fail');
  }

  /**
   * Stops and starts the service. With `dependents`, the services that depend on it are stopped first and started
   * again afterwards. The timeout counts for each stop and each start.
   *
   * @returns its status when it ran again.
   * @throws what `stop` and `start` throw.
   */
  async restart(options: RestartOptions = {}): Promise<ServiceReport> {
    checkOptions(`restart "${this.name}"`, restartSchema, options);
    const { args, dependents, reason, processEnd, ...wait } = options;
    const stopped = dependents ? await this.dependents({ activeOnly: true }) : [];
    await this.#stop({ ...wait, ...dropUndefined({ dependents, reason, processEnd }) });
    const report = await this.start({ ...wait, ...dropUndefined({ args }) });
    for (const { name } of [...stopped].reverse())
      await new ServiceClient(this.#client, this.#clock, name, {}).start(wait);
    return report;
  }

  /** Sends a user-defined control by number, or by the name that the definition gives it. */
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

  /** Tells it that its parameters in the registry changed. */
  paramChange(): Promise<ControlReport> {
    return this.#client.control(this.name, 'paramChange');
  }

  interrogate(): Promise<ControlReport> {
    return this.#client.control(this.name, 'interrogate');
  }

  /** @throws ServiceError STATE_NOT_REACHED after the timeout. */
  async waitFor(state: ServiceState, options: WaitOptions = {}): Promise<ServiceReport> {
    checkOptions(`waitFor "${this.name}"`, waitSchema, options);
    return this.#reach(state, options, 'wait');
  }

  /**
   * Every change of the status, the present one first, until the signal aborts or the service is deleted. The SCM tells
   * of each state (NotifyServiceStatusChange); on another machine, and where it can't, one that lasts less than
   * `interval` may be missing.
   */
  watch(options: WatchOptions = {}): AsyncGenerator<ServiceReport, void, undefined> {
    return watchService(this.#client, this.name, options);
  }

  /** Changes settings; what isn't named is kept. When one fails, the others are put back. */
  async configure(change: Omit<ServiceSpec, 'name'>, options: { readonly plan?: boolean } = {}): Promise<EnsureResult> {
    const wanted = resolveChange(this.name, change);
    const reading = await this.#client.readConfig(this.name);
    const result = await configureService(this.#client, this.name, wanted, reading, {
      plan: options.plan ?? false,
      setPassword: true,
    });
    return withEventSource(result, this.#sources, this, change.eventSource);
  }

  /** The services that depend on it, in the order in which they must be stopped. */
  dependents(options: { readonly activeOnly?: boolean } = {}): Promise<readonly ListedService[]> {
    return this.#client.dependents(this.name, options.activeOnly ?? false);
  }

  async dependencies(): Promise<readonly string[]> {
    return (await this.#client.readConfig(this.name)).config.dependencies;
  }

  displayName(): Promise<string> {
    return this.#client.displayNameOf(this.name);
  }

  /**
   * Stops it, waits until its process has ended, deletes it, and waits until the name is free.
   *
   * @throws Win32Error 1072 when another program keeps a handle to it beyond the timeout.
   */
  async uninstall(options: UninstallOptions = {}): Promise<void> {
    checkOptions(`uninstall "${this.name}"`, uninstallSchema, options);
    try {
      await this.#stop(options);
      await this.#client.delete(this.name);
    } catch (error) {
      if (options.missingOk && hasCode(error, 'ERROR_SERVICE_DOES_NOT_EXIST')) return;
      // Somebody deleted it before us: what is left is to wait for the name.
      if (!hasCode(error, 'ERROR_SERVICE_MARKED_FOR_DELETE')) throw error;
    }
    this.#client.release(this.name);
    await waitForDeletion(this.#client, this.#clock, this.name, options);
    if (!options.keepEventSource) await removeEventSource(this.#sources, this.name);
  }

  async #controlStop(options: StopOptions): Promise<void> {
    try {
      await this.#client.control(this.name, 'stop', options.reason);
    } catch (error) {
      if (hasCode(error, 'ERROR_SERVICE_NOT_ACTIVE')) return;
      if (!options.dependents || !hasCode(error, 'ERROR_DEPENDENT_SERVICES_RUNNING')) throw error;
      for (const { name } of await this.#client.dependents(this.name, true)) {
        await new ServiceClient(this.#client, this.#clock, name, {}).stop(options);
      }
      await this.#client.control(this.name, 'stop', options.reason);
    }
  }

  #reach(state: ServiceState, options: WaitOptions, ifStopped: 'fail' | 'wait'): Promise<ServiceReport> {
    return waitForState(this.#client, this.#clock, this.name, state, options, ifStopped);
  }
}
