import type { ExitCode, Service, Win32Symbol } from 'winsvc';
import { ServiceError } from '../../errors/service-error.ts';
import { win32Code } from '../../errors/win32-codes.ts';
import { Dependencies } from './dependencies.ts';
import { type MockRun, type MockScmSide, MockServiceRun } from '../host/mock-run.ts';
import { toError } from '../../util/to-error.ts';
import { endRuns } from './end-runs.ts';
import { ProcessTable } from './process-table.ts';
import { FailureCounter, type MockRecovery, recoveryChange, recoveryOf, type RecoveryRecord } from './recovery.ts';
import type { MockMachine } from '../host/run-lifecycle.ts';
import { ServiceDatabase } from './service-database.ts';
import { changedConfig, type ServiceRecord } from './service-record.ts';
import { LogonPolicy } from './mock-accounts.ts';
import { startError } from './start-error.ts';
import type { ActiveRefusals } from './windows-refusals.ts';

/** Options of a start in the mock SCM. */
export interface MockStartOptions {
  /** The arguments of StartService. */
  readonly args?: readonly string[];
  /** Runs before the program calls `service.run()`: if it takes over 30 s, the start fails with 1053. */
  readonly load?: () => unknown;
  /** Also used for later starts of the service. */
  readonly recovery?: MockRecovery;
}

/** Data of a service across all of its processes. */
interface Entry {
  readonly service: Service<string>;
  readonly runs: MockServiceRun[];
  readonly recoveries: RecoveryRecord[];
  counter: FailureCounter | undefined;
}

/** Last process of each service object, in any mock: the object runs once at a time. */
const LAST_RUNS = new WeakMap<Service<string>, MockServiceRun>();

/**
 * Starts processes of services: at a start, for a service that depends on it, and at a restart after a failure. Keeps
 * every process, also those that have ended.
 *
 * Source: https://learn.microsoft.com/windows/win32/api/winsvc/nf-winsvc-startservicew
 */
export class ServiceLauncher {
  /** Installed services. */
  readonly database: ServiceDatabase;
  /** Processes that were launched, by number. */
  readonly processes = new ProcessTable();
  readonly #machine: MockMachine;
  readonly #entries = new Map<string, Entry>();
  readonly #programs = new Map<string, Service<string>>();
  readonly #dependencies: Dependencies;
  readonly #policy: LogonPolicy;
  #closed = false;

  constructor(machine: MockMachine, refusals: ActiveRefusals, logonPolicy?: readonly string[]) {
    this.#machine = machine;
    this.database = new ServiceDatabase((name) => this.#live(name) !== undefined, refusals);
    this.#dependencies = new Dependencies(this.database, {
      live: (name) => this.#live(name),
      launch: (name) => this.#launchByName(name, []),
    });
    this.#policy = new LogonPolicy(refusals, logonPolicy);
  }

  /** Returns every process that the service has had, the newest last. */
  runs(name: string): readonly MockServiceRun[] {
    return this.#find(name)?.runs ?? [];
  }

  /** Returns the processes of all services that match. */
  runsWhere(matches: (run: MockServiceRun) => boolean): MockServiceRun[] {
    return [...this.#entries.values()].flatMap(({ runs }) => runs.filter(matches));
  }

  /** Returns the processes of the services that haven't stopped. */
  living(): MockServiceRun[] {
    return this.runsWhere(isLive);
  }

  /** Returns the recovery actions that were taken for the service. */
  recoveries(name: string): readonly RecoveryRecord[] {
    return this.#find(name)?.recoveries ?? [];
  }

  /** Stops what still runs, and refuses further starts. Recovery starts nothing any more. */
  async close(): Promise<void> {
    this.#closed = true;
    await endRuns(this.living(), this.#machine.clock);
  }

  /** Registers the program that a start by name runs. */
  register(name: string, service: Service<string>): void {
    this.#programs.set(keyOf(name), service);
  }

  /** Starts a service after the services that it depends on, and waits until it is RUNNING. @throws Win32Error when the start fails */
  async start(service: Service<string>, options: MockStartOptions): Promise<MockRun<'running'>> {
    const { name } = service;
    if (this.database.find(name)?.config.dependencies.length) await this.#dependencies.start(name);
    return this.#whenRunning(name, this.launch(name, service, options));
  }

  /** Launches as the SCM does: after the services that it depends on. Resolves when the process has connected. */
  async startByName(name: string, args: readonly string[]): Promise<void> {
    const run = await this.#launchByName(name, args);
    const { history } = run;
    await this.database.until(() => history.length > 0);
    const [first] = history;
    if (first?.state === 'stopped')
      throw startError(name, 'win32' in first.exit ? first.exit.win32 : first.exit.service);
  }

  /** Creates a process, and installs the service if needed. @throws Win32Error when the SCM would create none */
  launch(name: string, service: Service<string>, options: MockStartOptions): MockServiceRun {
    const refuse = (symbol: Win32Symbol): never => {
      throw startError(name, win32Code(symbol));
    };
    if (this.#closed)
      throw new ServiceError(
        'CLOSED',
        `This mock SCM is closed: service "${name}" can't start in it. Make another one.`,
      );
    const fault = this.#machine.faults.take('StartServiceW');
    if (fault) refuse(fault);
    const entry = this.#entry(name, service);
    const record = this.database.find(name) as ServiceRecord;
    if (record.marked) refuse('ERROR_SERVICE_MARKED_FOR_DELETE');
    if (this.#live(name)) refuse('ERROR_SERVICE_ALREADY_RUNNING');
    if (record.config.startType === 'disabled') refuse('ERROR_SERVICE_DISABLED');
    const denied = this.#policy.refusal(record.config.account);
    if (denied) refuse(denied);
    if (!this.#dependencies.areMet(record)) refuse('ERROR_SERVICE_DEPENDENCY_FAIL');
    const last = LAST_RUNS.get(service);
    if (last && !last.process.gone && !entry.runs.includes(last)) throw this.#runsElsewhere(name, last);
    if (options.recovery) {
      record.config = changedConfig(record.config, recoveryChange(options.recovery));
      entry.counter = new FailureCounter(() => recoveryOf(record.config));
    }
    const run = new MockServiceRun(
      this.#sideOf(name, entry),
      { name, service },
      options.args ?? [],
      options.load,
      last,
    );
    LAST_RUNS.set(service, run);
    this.processes.add(run);
    entry.runs.push(run);
    return run;
  }

  async #launchByName(name: string, args: readonly string[]): Promise<MockServiceRun> {
    const program = this.#programs.get(keyOf(name)) ?? this.#find(name)?.service;
    if (!program)
      throw new ServiceError(
        'MOCK_MISUSE',
        `The mock SCM knows no program for service "${name}". Install it from a definition, or call scm.register("${name}", defineService(…)).`,
      );
    if (!this.#live(name)) await this.#dependencies.start(name);
    return this.launch(name, program, { args });
  }

  #sideOf(name: string, entry: Entry): MockScmSide {
    return {
      ...this.#machine,
      restart: () => this.#whenRunning(name, this.launch(name, entry.service, {})),
      refusalOf: (event) =>
        event.type === 'stop' && this.#dependencies.isNeeded(name) ? 'ERROR_DEPENDENT_SERVICES_RUNNING' : undefined,
      changed: () => {
        this.database.changed(name);
      },
      ended: (exit, crashed) => {
        this.#recover(name, entry, exit, crashed);
      },
    };
  }

  async #whenRunning(name: string, run: MockServiceRun): Promise<MockRun<'running'>> {
    try {
      return await run.waitFor('running');
    } catch (cause) {
      const exit = run.exit ?? { win32: win32Code('ERROR_PROCESS_ABORTED') };
      const code = 'win32' in exit ? exit.win32 : win32Code('ERROR_SERVICE_SPECIFIC_ERROR');
      throw startError(name, code, run.error ?? toError(cause));
    }
  }

  #runsElsewhere(name: string, other: MockServiceRun): ServiceError {
    const where = this.runsWhere((run) => run === other).length > 0 ? 'this' : 'another';
    return new ServiceError(
      'MOCK_MISUSE',
      `Service "${name}" can't start: the same service object still runs as "${other.name}" in ${where} mock SCM. End each test with scm.close(), for example afterEach(() => scm.close()), or write 'await using scm = createMockScm()'.`,
    );
  }

  #recover(name: string, entry: Entry, exit: ExitCode, crashed: boolean): void {
    const { clock } = this.#machine;
    const record = this.database.find(name);
    if (this.#closed || !record || record.marked) return;
    entry.counter ??= new FailureCounter(() => recoveryOf(record.config));
    const next = entry.counter.next(exit, crashed, clock.now());
    if (!next) return;
    clock.setTimeout(() => {
      entry.recoveries.push({ at: clock.now(), type: next.type, failures: next.failures });
      // The SCM restarts without arguments. If it was started or disabled meanwhile, there is nothing to do.
      const startable = this.database.find(name) === record && !record.marked && record.config.startType !== 'disabled';
      if (next.type === 'restart' && startable && !this.#closed && !this.#live(name))
        this.launch(name, entry.service, {});
    }, next.delayMs);
  }

  /** Returns the data of the service; another program of the same name starts with new data. */
  #entry(name: string, service: Service<string>): Entry {
    let entry = this.#find(name);
    if (entry && entry.service !== service) {
      if (this.#live(name))
        throw new ServiceError('MOCK_MISUSE', `Another service named "${name}" is running in this mock SCM.`);
      entry = undefined;
    }
    if (!this.database.find(name)) this.database.adopt(service.definition.displayName, name);
    entry ??= { service, runs: [], recoveries: [], counter: undefined };
    this.#entries.set(keyOf(name), entry);
    return entry;
  }

  #find(name: string): Entry | undefined {
    return this.#entries.get(keyOf(name));
  }

  #live(name: string): MockServiceRun | undefined {
    return this.#find(name)?.runs.find(isLive);
  }
}

function isLive({ state }: MockServiceRun): boolean {
  return state !== 'stopped';
}

/** Converts a name to its key: service names ignore case. */
function keyOf(name: string): string {
  return name.toLowerCase();
}
