import { checkOptions } from '../errors/check-options.ts';
import { ServiceError } from '../errors/service-error.ts';
import type { ScmClient, StopReasonInfo } from '../scm/scm-client.ts';
import type { ServiceSources } from '../scm/service-source.ts';
import type { HandleIn } from '../scm/handle.ts';
import type { ServiceState } from '../scm/states.ts';
import type { Clock } from '../util/clock.ts';
import type { ControlReport, ListedService, ServiceConfig, ServiceReport, Setting } from '../scm/service-config.ts';
import { configureService, type EnsureResult, withEventSource } from './ensure.ts';
import { removeEventSource } from './event-source.ts';
import { hasCode } from './has-code.ts';
import { exists, waitForExit, waitForDeletion } from './wait-for-exit.ts';
import { resolveChange } from './resolve-spec.ts';
import type { ServiceSpec } from '../scm/service-spec.ts';
import { argsSchema, codeSchema } from './spec-schema.ts';
import { stopReasonSchema } from '../scm/stop-reason.ts';
import { waitForState, type WaitOptions } from './wait-for.ts';
import { watchService, type WatchOptions } from './watch-service.ts';

/** How to stop a service, and how long to wait for it. */
export interface StopOptions extends WaitOptions {
  /** Stops the services that depend on it first. Default `false`: the SCM refuses with 1051 when there are any. */
  readonly dependents?: boolean;
  /** Why, for the system's event log. Left out where the system has no ControlServiceEx: see `supportsStopReason`. */
  readonly reason?: StopReasonInfo;
  /** Also waits until the process has ended: before that its files are locked. Default `true`. */
  readonly processEnd?: boolean;
}

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

  /** Every setting. What the system doesn't know is named in `unsupported`. */
  async config(): Promise<ServiceConfig & { readonly unsupported: readonly Setting[] }> {
    const { config, unsupported } = await this.#client.readConfig(this.name);
    return { ...config, unsupported };
  }

  /** Starts it and waits until it runs; one that runs already is left alone. @throws ServiceError STATE_NOT_REACHED */
  async start(args: readonly string[] = [], options: WaitOptions = {}): Promise<ManagedService<'running'>> {
    checkOptions(`start "${this.name}"`, argsSchema, { args });
    try {
      await this.#client.start(this.name, args);
    } catch (error) {
      if (!hasCode(error, 'ERROR_SERVICE_ALREADY_RUNNING')) throw error;
    }
    return this.#reach('running', options, 'fail');
  }

  /** Stops it and waits until its process has ended; one that is stopped is left alone. */
  async stop(options: StopOptions = {}): Promise<ManagedService<'stopped'>> {
    const { reason } = options;
    checkOptions(`stop "${this.name}"`, stopReasonSchema, reason === undefined ? {} : { reason });
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
          return this;
        }
      }
      const handle = await this.#reach('stopped', options, 'wait');
      if (options.processEnd !== false && before.type === 'ownProcess')
        await waitForExit(this.#client, this.#clock, this.name, before.pid, process, options);
      return handle;
    } finally {
      process.close();
    }
  }

  async pause(options: WaitOptions = {}): Promise<ManagedService<'paused'>> {
    await this.#client.control(this.name, 'pause');
    return this.#reach('paused', options, 'fail');
  }

  async resume(options: WaitOptions = {}): Promise<ManagedService<'running'>> {
    await this.#client.control(this.name, 'continue');
    return this.#reach('running', options, 'fail');
  }

  /** Stops and starts it; the dependents that were stopped on the way are started again. */
  async restart(args: readonly string[] = [], options: StopOptions = {}): Promise<ManagedService<'running'>> {
    const dependents = options.dependents ? await this.dependents({ activeOnly: true }) : [];
    await this.stop(options);
    const handle = await this.start(args, options);
    for (const { name } of [...dependents].reverse())
      await new ServiceClient(this.#client, this.#clock, name, {}).start([], options);
    return handle;
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
  waitFor<S extends ServiceState>(state: S, options: WaitOptions = {}): Promise<ManagedService<S>> {
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
    try {
      await this.stop(options);
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

  async #reach<S extends ServiceState>(
    state: S,
    options: WaitOptions,
    ifStopped: 'fail' | 'wait',
  ): Promise<ManagedService<S>> {
    await waitForState(this.#client, this.#clock, this.name, state, options, ifStopped);
    return this as unknown as ManagedService<S>;
  }
}

type Base = Omit<ServiceClient, 'start' | 'stop' | 'pause' | 'resume'>;
interface Args {
  readonly start: [args?: readonly string[], options?: WaitOptions];
  readonly stop: [options?: StopOptions];
  readonly pause: [options?: WaitOptions];
  readonly resume: [options?: WaitOptions];
}
/** A {@link ServiceClient} in a state that is known: it has the moves that are legal there. */
export type ManagedService<S extends ServiceState = ServiceState> = HandleIn<Base, S, Args>;
