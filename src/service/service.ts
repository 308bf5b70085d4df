import { EventEmitter } from 'eventemitter3';
import { ServiceError } from '../errors/service-error.ts';
import type { LogSink } from '../util/log.ts';
import type { HostLogs, ServiceHost } from '../host/service-host.ts';
import type { ControlEvent } from '../scm/controls.ts';
import type { ServiceStatus } from '../scm/service-status.ts';
import type { ServiceState } from '../scm/states.ts';
import type { ServiceDefinition } from './options/service-options.ts';
import type { RunResult } from './run-result.ts';
import { claimProcess } from './process/claim-process.ts';
import { chooseInstance, installedAs, takeInstance } from './options/instance.ts';
import { ServiceRunner } from './runner.ts';

/** Options of `run`. */
export interface RunOptions {
  /** `false`: return the result and leave the process alone. Default `true`: the process ends when the service has stopped. */
  readonly exit?: boolean;
  /** @internal Host of the service. Default: the SCM when it started the process, otherwise the console. */
  readonly host?: ServiceHost;
}

/** Events of a {@link Service}. */
export interface ServiceEvents {
  /** The SCM has a new status. */
  stateChange: (state: ServiceState, status: ServiceStatus) => void;
  /** A control was received and acknowledged. */
  control: (event: ControlEvent) => void;
  /** `ctx.checkpoint()` was called. */
  checkpoint: (message: string | undefined) => void;
  /** The service failed, or a hook did. */
  error: (error: Error) => void;
}

/** Adapters that the entry provides: this folder knows none. */
export interface ServiceEnvironment {
  /** `consoleArgs`: the arguments of the service on a console; default: those of the command line. */
  pickHost(service: string, consoleArgs?: readonly string[]): Promise<ServiceHost>;
  /** Runs a verb of the command line and returns its exit code. `run`: does the verb `run`. */
  runCommand(
    service: Service<string>,
    argv: readonly string[],
    run: (args: readonly string[]) => Promise<number>,
  ): Promise<number>;
  /** Log of hosts that have none. */
  readonly log: LogSink;
  /** Returns a log that writes to the event log of the host too. */
  withEventLog(log: LogSink, definition: ServiceDefinition, host: ServiceHost): LogSink;
  /** Number of requests that the servers of this process are answering. */
  openRequests?(): number;
}

/** Service that can be run. `defineService` creates it. */
export class Service<Commands extends string = string> extends EventEmitter<ServiceEvents> {
  readonly #definition: ServiceDefinition;
  #isUsed = false;
  /** Codes of the user-defined controls, by name. */
  readonly commands: Readonly<Record<Commands, number>>;
  readonly #environment: ServiceEnvironment;
  /** True from the call of `run`, also before there is a host. */
  #isRunning = false;
  #run: ServiceRunner | undefined;
  #state: ServiceState = 'stopped';

  /** @internal */
  constructor(definition: ServiceDefinition, environment: ServiceEnvironment) {
    super();
    this.#definition = definition;
    this.commands = Object.fromEntries(definition.commands.map(({ name, code }) => [name, code])) as Record<
      Commands,
      number
    >;
    this.#environment = environment;
  }

  /** @internal Checked options. */
  get definition(): ServiceDefinition {
    this.#isUsed = true;
    return this.#definition;
  }

  /** @internal True when the service was run, installed or read in any other way. */
  get isUsed(): boolean {
    return this.#isUsed;
  }

  /** Name of the definition. A service can be installed with another one: see `ctx.name`. */
  get name(): string {
    return this.#definition.name;
  }

  /** State that the SCM has of the service. */
  get state(): ServiceState {
    return this.#state;
  }

  /**
   * Runs the service until it has stopped. Under the SCM and on a console the process then ends, also when the app has
   * open handles: with code 0 after a clean stop, with 1 or the code that the app chose after a failure.
   *
   * @throws ServiceError ALREADY_RUNNING when this service, or under the SCM and on a console another one, runs in this
   *   process; WRONG_SERVICE when this process got the connection of another service; FFI_MISSING on Windows when koffi
   *   can't be loaded; HOST_LOST when the connection to the SCM is lost before the start.
   */
  run(options: RunOptions = {}): Promise<RunResult> {
    return this.#runAs(this.definition, options);
  }

  /**
   * Returns the service as one of its instances, for the manager and the mock: `manager.install(service.forInstance('8081'))`
   * installs `Orders@8081`. It has no listeners yet.
   *
   * @throws ServiceError INVALID_OPTIONS for a definition without `instance`, or a name that Windows doesn't allow
   */
  forInstance(instance: string): Service<Commands> {
    return new Service<Commands>(chooseInstance(this.definition, instance), this.#environment);
  }

  async #runAs(defined: ServiceDefinition, options: RunOptions): Promise<RunResult> {
    if (this.#isRunning)
      throw new ServiceError('ALREADY_RUNNING', `Service "${this.name}" runs in this process already.`, {
        details: { service: this.name, running: this.name },
      });
    const release = options.host?.kind === 'mock' ? undefined : claimProcess(this.name);
    this.#isRunning = true;
    let logs: HostLogs | undefined;
    try {
      const host = options.host ?? (await this.#environment.pickHost(this.name));
      const definition = installedAs(defined, host.serviceName);
      logs = definition.logging && host.openLogs?.(definition);
      this.#run = this.#createRunner(definition, host, logs?.log ?? host.log);
      const result = await this.#run.run();
      logs?.close();
      if (options.exit !== false) host.process.exit(result.processCode);
      return result;
    } finally {
      logs?.close();
      this.#run = undefined;
      this.#isRunning = false;
      release?.();
    }
  }

  /**
   * Runs the command line of a program with this service: `install`, `uninstall`, `start`, `stop`, `restart`, `pause`,
   * `resume`, `command`, `status`, `watch`, `logs`, `events`, `config`, `ensure`, `doctor` and `run`; without one of them it runs. Started
   * by the SCM it always runs, and loads nothing of the command line. What follows `run` is what `ctx.args` has on a
   * console.
   *
   * Ends the process with the exit code: 0 done, 1 failed, 2 wrong usage, 3 state not reached. With `{ exit: false }` it
   * returns the code.
   *
   * With `instance` in the definition, `--instance NAME` before or after a verb makes it work on that instance.
   *
   * @param argv default: the arguments of the process
   * @example
   * await service.runCli(); // node service.js install
   */
  async runCli(
    argv: readonly string[] = process.argv.slice(2),
    options: Pick<RunOptions, 'exit'> = {},
  ): Promise<number> {
    const { instance, rest } = this.definition.hasInstances ? takeInstance(argv) : { instance: undefined, rest: argv };
    const [verb = 'run'] = rest;
    const run = (args: readonly string[], how: Pick<RunOptions, 'exit'>): Promise<number> =>
      this.#runHere(instance === undefined ? this.definition : chooseInstance(this.definition, instance), args, how);
    if (verb === 'run') return run(rest.slice(1), options);
    // Options alone are the service's own, but for those that ask about the command line.
    if (verb.startsWith('-') && !['-h', '--help', '-v', '--version'].includes(verb)) return run(rest, options);
    const service = instance === undefined ? this : this.forInstance(instance);
    const code = await this.#environment.runCommand(service, rest, (args) => run(args, { exit: false }));
    if (options.exit !== false) process.exit(code);
    return code;
  }

  async #runHere(
    definition: ServiceDefinition,
    args: readonly string[],
    options: Pick<RunOptions, 'exit'>,
  ): Promise<number> {
    const host = await this.#environment.pickHost(definition.name, args);
    const { processCode } = await this.#runAs(definition, { ...options, host });
    return processCode;
  }

  /** Stops the service from inside; does nothing when it isn't running. `run` resolves when it has stopped. */
  stop(): void {
    this.#run?.stop();
  }

  #createRunner(definition: ServiceDefinition, host: ServiceHost, log = this.#environment.log): ServiceRunner {
    const sink = this.#environment.withEventLog(log, definition, host);
    const { name } = definition;
    if (name !== this.name && definition.instance === undefined)
      sink.write('warn', differentName(name, this.name), { service: name, definition: this.name });
    return new ServiceRunner(definition, host, sink, {
      status: (status) => {
        this.#state = status.state;
        this.emit('stateChange', status.state, status);
      },
      control: (event) => this.emit('control', event),
      checkpoint: (message) => this.emit('checkpoint', message),
      error: (error) => this.emit('error', error),
      openRequests: () => this.#environment.openRequests?.() ?? 0,
    });
  }
}

function differentName(installed: string, defined: string): string {
  return `The service is installed as "${installed}", but its definition has the name "${defined}". Logs, crash reports and ctx.name go by "${installed}"; its event source stays "${defined}" unless eventLog.source says otherwise. Install it under the name of the definition, or change the definition.`;
}
