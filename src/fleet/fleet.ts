import { setMaxListeners } from 'node:events';
import { checkOptions } from '../errors/check-options.ts';
import { ServiceError } from '../errors/service-error.ts';
import type {
  EnsureResult,
  Installable,
  ListedService,
  ListOptions,
  RestartOptions,
  ServiceManager,
  ServiceReport,
  StartOptions,
  StopOptions,
} from '../manager/index.ts';
import type { RollbackOptions, SwitchResult, UpgradeOptions } from '../upgrade/index.ts';
import type { Clock } from '../util/clock.ts';
import { dropUndefined } from '../util/drop-undefined.ts';
import { toMs } from '../util/duration.ts';
import {
  type FleetChangeOptions,
  type FleetReadOptions,
  type FleetRunOptions,
  rolloutSchema,
} from './fleet-options.ts';
import type { FleetResult } from './fleet-result.ts';
import { type MachineWork, runOnMachines } from './run-on-machines.ts';

const DEFAULT_WAIT = '30s';

/** Surroundings of a fleet. */
export interface FleetParts {
  readonly machines: readonly string[];
  readonly concurrency: number;
  readonly timeoutMs: number;
  readonly clock: Clock;
  openManager(machine: string): Promise<ServiceManager>;
}

/**
 * Several machines whose services are managed together. Made by `openFleet`. Every call has a result for each machine,
 * in their order; what fails on one changes nothing on the others. It holds no connection between calls.
 */
export class Fleet {
  readonly #parts: FleetParts;

  /** @internal */
  constructor(parts: FleetParts) {
    this.#parts = parts;
  }

  /** Names of the machines, each once. */
  get machines(): readonly string[] {
    return this.#parts.machines;
  }

  /** Lists the services of every machine. */
  list(
    filter: ListOptions = {},
    options: FleetReadOptions<readonly ListedService[]> = {},
  ): Promise<readonly FleetResult<readonly ListedService[]>[]> {
    return this.#run(options, { limitMs: 0, run: (manager) => manager.list(filter) });
  }

  /** Reads the status of a service on every machine. */
  status(
    service: string,
    options: FleetReadOptions<ServiceReport> = {},
  ): Promise<readonly FleetResult<ServiceReport>[]> {
    return this.#run(options, { limitMs: 0, run: (manager) => manager.service(service).status() });
  }

  /** Starts a service on every machine and waits until it runs. */
  start(
    service: string,
    options: FleetChangeOptions<ServiceReport> & Omit<StartOptions, 'signal' | 'onProgress'> = {},
  ): Promise<readonly FleetResult<ServiceReport>[]> {
    const { own, rest } = split<ServiceReport, StartOptions>(options);
    return this.#run(own, {
      ...{ mustRun: () => service, limitMs: toMs(rest.timeout ?? DEFAULT_WAIT, 'timeout') },
      run: (manager, signal) => manager.service(service).start({ ...rest, ...withSignal(signal) }),
    });
  }

  /** Stops a service on every machine and waits until it is stopped. The end of a remote process can't be seen. */
  stop(
    service: string,
    options: FleetChangeOptions<ServiceReport> & Omit<StopOptions, 'signal' | 'onProgress'> = {},
  ): Promise<readonly FleetResult<ServiceReport>[]> {
    const { own, rest } = split<ServiceReport, StopOptions>(options);
    return this.#run(own, {
      limitMs: limitOf(rest.timeout, rest.dependents),
      run: (manager, signal) => manager.service(service).stop({ ...rest, ...withSignal(signal) }),
    });
  }

  /** Restarts a service on every machine. */
  restart(
    service: string,
    options: FleetChangeOptions<ServiceReport> & Omit<RestartOptions, 'signal' | 'onProgress'> = {},
  ): Promise<readonly FleetResult<ServiceReport>[]> {
    const { own, rest } = split<ServiceReport, RestartOptions>(options);
    return this.#run(own, {
      ...{ mustRun: () => service, limitMs: 2 * limitOf(rest.timeout, rest.dependents) },
      run: (manager, signal) => manager.service(service).restart({ ...rest, ...withSignal(signal) }),
    });
  }

  /** Makes a service what a spec says on every machine. Paths in it are those of the machines. @see ServiceManager.ensure */
  ensure(
    service: Installable,
    options: FleetChangeOptions<EnsureResult> & { readonly plan?: boolean } = {},
  ): Promise<readonly FleetResult<EnsureResult>[]> {
    const { plan = false, ...own } = options;
    return this.#run(own, {
      limitMs: 0,
      run: (manager) => manager.ensure(service, { plan }),
    });
  }

  /**
   * Puts a new release of a service in place on every machine, through its administrative shares. An abort undoes it on
   * the machines where it is under way. @see upgradeService
   */
  upgrade(
    upgrade: Omit<UpgradeOptions, 'manager' | 'signal'>,
    options: FleetChangeOptions<SwitchResult> = {},
  ): Promise<readonly FleetResult<SwitchResult>[]> {
    return this.#run(options, {
      ...{ mustRun: startedService, undoes: true, limitMs: Number.POSITIVE_INFINITY },
      async run(manager, signal) {
        const { upgradeService } = await import('../upgrade/index.ts');
        return upgradeService({ ...upgrade, manager, ...withSignal(signal) });
      },
    });
  }

  /** Goes back to an earlier release of a service on every machine. @see rollbackService */
  rollback(
    rollback: Omit<RollbackOptions, 'manager' | 'signal'>,
    options: FleetChangeOptions<SwitchResult> = {},
  ): Promise<readonly FleetResult<SwitchResult>[]> {
    return this.#run(options, {
      ...{ mustRun: startedService, undoes: true, limitMs: Number.POSITIVE_INFINITY },
      async run(manager, signal) {
        const { rollbackService } = await import('../upgrade/index.ts');
        return rollbackService({ ...rollback, manager, ...withSignal(signal) });
      },
    });
  }

  /**
   * Runs any work with the manager of every machine. It has no timeout of its own: give its calls the signal, or theirs.
   *
   * @example
   * const results = await fleet.run(async (manager) => (await manager.service('Orders').config()).startType);
   */
  run<T>(
    work: (manager: ServiceManager, machine: string, signal: AbortSignal | undefined) => Promise<T>,
    options: FleetRunOptions<T> = {},
  ): Promise<readonly FleetResult<T>[]> {
    return this.#run(options, {
      limitMs: Number.POSITIVE_INFINITY,
      undoes: options.finish ?? false,
      ...(options.mustRun && { mustRun: options.mustRun }),
      run: (manager, signal, machine) => work(manager, machine, signal),
    });
  }

  async #run<T>(
    options: FleetChangeOptions<T>,
    work: {
      readonly limitMs: number;
      mustRun?(value: T): string | undefined;
      readonly undoes?: boolean;
      run(manager: ServiceManager, signal: AbortSignal | undefined, machine: string): Promise<T>;
    },
  ): Promise<readonly FleetResult<T>[]> {
    checkOptions('the options of a fleet', rolloutSchema, options);
    const { undoes = false, mustRun } = work;
    const { signal, onResult, wait = 0, canary, maxFailures } = options;
    const machineWork: MachineWork<T> = {
      // The cheapest call that needs the SCM of the machine; that there is no such service (1060) is an answer too.
      contact: (manager) => manager.nameOf('winsvc'),
      run: (manager, machine, inner) => work.run(manager, inner, machine),
      limitMs: work.limitMs + this.#parts.timeoutMs,
      undoes,
      ...(mustRun && { verify: (manager, value) => requireRunning(manager, mustRun(value)) }),
    };
    // Its own signal: every machine listens to it, which Node takes for a leak in one of the caller.
    const inner = new AbortController();
    setMaxListeners(0, inner.signal);
    const abort = (): void => inner.abort(signal?.reason);
    if (signal?.aborted) abort();
    signal?.addEventListener('abort', abort, { once: true });
    try {
      return await runOnMachines(
        {
          ...this.#parts,
          open: (machine) => this.#parts.openManager(machine),
          signal: inner.signal,
          rollout: {
            ...(canary === undefined ? {} : { canary }),
            ...(maxFailures === undefined ? {} : { maxFailures }),
          },
          waitMs: toMs(wait, 'wait'),
          onResult,
        },
        machineWork,
      );
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }
}

/** A service that was stopped before an upgrade stays stopped. */
function startedService({ service, started }: SwitchResult): string | undefined {
  return started ? service : undefined;
}

async function requireRunning(manager: ServiceManager, service: string | undefined): Promise<void> {
  if (service === undefined) return;
  const report = await manager.service(service).status();
  if (report.state === 'running' || report.state === 'paused') return;
  throw new ServiceError('STATE_NOT_REACHED', `Service "${service}" ran, and after the wait it is ${report.state}.`, {
    details: { service, target: 'running', report },
  });
}

/** With dependents there is a stop and a start for each of them. */
function limitOf(timeout: StopOptions['timeout'], dependents: RestartOptions['dependents'] = false): number {
  return dependents ? Number.POSITIVE_INFINITY : toMs(timeout ?? DEFAULT_WAIT, 'timeout');
}

/** Takes the options of the fleet apart from those of the call. */
function split<T, O extends object>(
  options: FleetChangeOptions<T> & O,
): { readonly own: FleetChangeOptions<T>; readonly rest: Omit<O, keyof FleetChangeOptions> } {
  const { signal, onResult, canary, maxFailures, wait, ...rest } = options;
  const own = dropUndefined({ signal, onResult, canary, maxFailures, wait });
  return { own: own, rest: rest };
}

function withSignal(signal: AbortSignal | undefined): { readonly signal?: AbortSignal } {
  return signal ? { signal } : {};
}
