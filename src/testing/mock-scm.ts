import { ServiceError } from '../errors/service-error.ts';
import type { Win32Symbol } from '../errors/win32-codes.ts';
import { win32Code } from '../errors/win32-codes.ts';
import { ServiceManager } from '../manager/service-manager.ts';
import type { Service } from '../service/service.ts';
import type { ExitCode } from '../status/exit-code.ts';
import { type ClockPort, systemClock } from '../util/clock.ts';
import { createDeferred } from '../util/deferred.ts';
import { type Duration, toMs } from '../util/duration.ts';
import { Dependencies } from './dependencies.ts';
import { Faults, type FaultyCall } from './faults.ts';
import { MockEventLog } from './mock-event-log.ts';
import { createManualClock, type ManualClock } from './manual-clock.ts';
import { type MockRun, type MockScmSide, MockServiceRun } from './mock-run.ts';
import { MockScmClient, type MockScmCore } from './mock-scm-client.ts';
import { MockSessions } from './mock-sessions.ts';
import { ProcessTable } from './process-table.ts';
import { FailureCounter, type MockRecovery, recoveryChange, recoveryOf, type RecoveryRecord } from './recovery.ts';
import { ServiceDatabase } from './service-database.ts';
import { changedConfig, type ServiceRecord } from './service-record.ts';
import { startError } from './start-error.ts';

/** How a mock SCM behaves. */
export interface MockScmOptions {
  /** `'manual'` (default): time stands still until `clock.advance`. `'real'`: for demos with real I/O. */
  readonly clock?: 'manual' | 'real';
  /** Whether the programs that use `manager()` have an administrator's rights. `false`: what needs them fails with 5. Default `true`. */
  readonly elevated?: boolean;
}

/** How the mock SCM starts a service. */
export interface MockStartOptions {
  /** The arguments of StartService. */
  readonly args?: readonly string[];
  /** What the program does before it calls `service.run()`: loading that takes over 30 s makes the start fail with 1053. */
  readonly load?: () => unknown;
  /** Kept for later starts of the service too. */
  readonly recovery?: MockRecovery;
}

/** The time that services have when the mocked system shuts down. */
export interface MockShutdownOptions {
  /** What every service has for its preshutdown. Default: what each is configured with, 10 s (SERVICE_PRESHUTDOWN_INFO). */
  readonly preshutdown?: Duration;
  /** What all services together have for their shutdown. Default 5 s (WaitToKillServiceTimeout). */
  readonly shutdown?: Duration;
}

/** What the mock SCM knows of a service, over all its processes. */
interface Entry {
  readonly service: Service<string>;
  readonly runs: MockServiceRun[];
  readonly recoveries: RecoveryRecord[];
  counter: FailureCounter | undefined;
}

/** A Service Control Manager in memory. Make one for each test with {@link createMockScm}. */
export class MockScm {
  readonly #clock: ClockPort;
  readonly #faults = new Faults();
  /** What the services wrote to the Windows event log. */
  readonly eventLog = new MockEventLog(this.#faults);
  readonly #entries = new Map<string, Entry>();
  readonly #programs = new Map<string, Service<string>>();
  readonly #database = new ServiceDatabase((name) => this.#live(name) !== undefined);
  readonly #dependencies = new Dependencies(this.#database, {
    live: (name) => this.#live(name),
    launch: (name) => this.#launchByName(name, []),
  });
  readonly #processes = new ProcessTable();
  readonly #elevated: boolean;
  /** Who is logged on to the mocked machine, and the messages that were shown to them. */
  readonly sessions: MockSessions;

  /** @internal */
  constructor(clock: ClockPort, elevated = true) {
    this.#clock = clock;
    this.#elevated = elevated;
    this.sessions = new MockSessions(clock, this.#faults, async (reason, sessionId) => {
      const live = [...this.#entries.values()].flatMap(({ runs }) => runs.filter((run) => run.state !== 'stopped'));
      await Promise.all(live.map((run) => run.notify({ type: 'sessionChange', reason, sessionId })));
    });
  }

  /** @throws ServiceError MOCK_MISUSE when the mock runs on the real time. */
  get clock(): ManualClock {
    if (!('advance' in this.#clock))
      throw new ServiceError(
        'MOCK_MISUSE',
        "This mock SCM runs on the real time (clock: 'real'): it has no clock to advance.",
      );
    return this.#clock as ManualClock;
  }

  /**
   * StartService, and waits until the service is RUNNING.
   *
   * @throws Win32Error 1056 when it runs already; the code of its failure when it stops instead.
   */
  async start(service: AnyService, options: MockStartOptions = {}): Promise<MockRun<'running'>> {
    const { name } = service;
    if (this.#database.find(name)?.config.dependencies.length) await this.#dependencies.start(name);
    return this.#whenRunning(name, this.launch(service, options) as unknown as MockServiceRun);
  }

  /**
   * StartService: returns at once, while the service is START_PENDING. A service that isn't installed is, by this.
   *
   * @throws Win32Error 1056 when it runs already, 1058 when it is disabled, 1068 when what it depends on doesn't run.
   */
  launch(anyService: AnyService, options: MockStartOptions = {}): MockRun<'startPending'> {
    const service = anyService as Service<string>;
    return this.#launch(service.name, service, options);
  }

  /** The manager's side of this SCM: the same type as `openServiceManager` gives. */
  manager(): ServiceManager {
    const core: MockScmCore = {
      clock: this.#clock,
      faults: this.#faults,
      database: this.#database,
      elevated: this.#elevated,
      processes: this.#processes,
      runOf: (name) => this.#entries.get(nameOf(name))?.runs.at(-1),
      start: (name, args) => this.#startByName(name, args),
    };
    const sources = this.eventLog.sources(() => this.#elevated);
    return new ServiceManager(new MockScmClient(core), this.#clock, sources, (service) => {
      this.register(service.name, service);
    });
  }

  /**
   * Says which program a name of the SCM stands for, so that `manager().service(name).start()` has something to run.
   * What is installed from a definition, or was started with `start`, has its program already.
   */
  register(name: string, service: AnyService): void {
    this.#programs.set(nameOf(name), service);
  }

  /**
   * As a program that keeps a handle to the service (services.msc, Task Manager): a deletion waits for it, and its name
   * isn't free before that. Returns what closes the handle.
   *
   * @throws ServiceError MOCK_MISUSE when there is no such service.
   */
  hold(name: string): () => void {
    const record = this.#database.find(name);
    if (!record) throw new ServiceError('MOCK_MISUSE', `The mock SCM has no service "${name}" that could be held.`);
    return this.#database.hold(record);
  }

  /** Every process that the service has had, the newest last. */
  runs(service: string | AnyService): readonly MockRun[] {
    return this.#entries.get(nameOf(service))?.runs ?? [];
  }

  /** The recovery actions that were taken for the service. */
  recoveries(service: string | AnyService): readonly RecoveryRecord[] {
    return this.#entries.get(nameOf(service))?.recoveries ?? [];
  }

  /** Lets the next call of this name fail. */
  failNext(call: FaultyCall, symbol: Win32Symbol): void {
    this.#faults.order(call, symbol);
  }

  /**
   * Shuts the system down: PRESHUTDOWN to who accepts it, and time for them; then SHUTDOWN to the others, and less
   * time; who is left is killed. Resolves when all are gone; the time must be advanced meanwhile.
   */
  async shutdown(options: MockShutdownOptions = {}): Promise<void> {
    const { preshutdown, shutdown = '5s' } = options;
    await this.#endAll('preshutdown', preshutdown === undefined ? undefined : toMs(preshutdown, 'preshutdown'), false);
    await this.#endAll('shutdown', toMs(shutdown, 'shutdown'), true);
  }

  /** @throws ServiceError NOT_SETTLED that lists every service that still lives and every ordered failure that wasn't used. */
  assertSettled(): void {
    const live = [...this.#entries.values()].flatMap(({ runs }) =>
      runs.filter((run) => run.state !== 'stopped' || !run.process.gone),
    );
    const open = [
      ...live.map(
        (run) =>
          `service "${run.name}" is ${run.state}${run.state === 'stopped' ? ', but its process has not ended' : ''}`,
      ),
      ...this.#database.records
        .filter(({ holds }) => holds > 0)
        .map(({ name }) => `service "${name}" is still held: call what scm.hold("${name}") returned`),
      ...this.sessions.unsettled,
      ...this.#faults.unused.map((fault) => `the failure ${fault} was never used`),
    ];
    if (open.length > 0)
      throw new ServiceError(
        'NOT_SETTLED',
        `The mock SCM is not settled:\n${open.map((line) => `  - ${line}`).join('\n')}`,
        { details: { open } },
      );
  }

  #live(name: string): MockServiceRun | undefined {
    return this.#entries.get(nameOf(name))?.runs.find((run) => run.state !== 'stopped');
  }

  #launch(name: string, service: Service<string>, options: MockStartOptions): MockServiceRun {
    const refuse = (symbol: Win32Symbol): never => {
      throw startError(name, win32Code(symbol));
    };
    const fault = this.#faults.take('StartServiceW');
    if (fault) refuse(fault);
    const entry = this.#entry(name, service);
    const record = this.#database.find(name) as ServiceRecord;
    if (record.marked) refuse('ERROR_SERVICE_MARKED_FOR_DELETE');
    if (this.#live(name)) refuse('ERROR_SERVICE_ALREADY_RUNNING');
    if (record.config.startType === 'disabled') refuse('ERROR_SERVICE_DISABLED');
    if (!this.#dependencies.areMet(record)) refuse('ERROR_SERVICE_DEPENDENCY_FAIL');
    if (options.recovery) {
      record.config = changedConfig(record.config, recoveryChange(options.recovery));
      entry.counter = new FailureCounter(() => recoveryOf(record.config));
    }
    const side: MockScmSide = {
      clock: this.#clock,
      faults: this.#faults,
      eventLog: this.eventLog,
      sessions: this.sessions,
      restart: () => this.#whenRunning(name, this.#launch(name, service, {})),
      refusalOf: (event) =>
        event.type === 'stop' && this.#dependencies.isNeeded(name) ? 'ERROR_DEPENDENT_SERVICES_RUNNING' : undefined,
      changed: () => {
        this.#database.changed(name);
      },
      ended: (exit, crashed) => {
        this.#recover(name, entry, exit, crashed);
      },
    };
    const run = new MockServiceRun(side, service, options.args ?? [], options.load, entry.runs.at(-1));
    this.#processes.add(run);
    entry.runs.push(run);
    return run;
  }

  async #whenRunning(name: string, run: MockServiceRun): Promise<MockRun<'running'>> {
    try {
      return await run.waitFor('running');
    } catch (cause) {
      const exit = run.exit ?? { win32: win32Code('ERROR_PROCESS_ABORTED') };
      const code = 'win32' in exit ? exit.win32 : win32Code('ERROR_SERVICE_SPECIFIC_ERROR');
      throw Object.assign(startError(name, code), { cause });
    }
  }

  /** As the SCM: with what it depends on first. Resolves when the process has connected. */
  async #startByName(name: string, args: readonly string[]): Promise<void> {
    const run = await this.#launchByName(name, args);
    const { history } = run;
    await this.#database.until(() => history.length > 0);
    const [first] = history;
    if (first?.state === 'stopped')
      throw startError(name, 'win32' in first.exit ? first.exit.win32 : first.exit.service);
  }

  async #launchByName(name: string, args: readonly string[]): Promise<MockServiceRun> {
    const program = this.#programs.get(nameOf(name)) ?? this.#entries.get(nameOf(name))?.service;
    if (!program)
      throw new ServiceError(
        'MOCK_MISUSE',
        `The mock SCM knows no program for service "${name}". Install it from a definition, or call scm.register("${name}", defineService(…)).`,
      );
    if (!this.#live(name)) await this.#dependencies.start(name);
    return this.#launch(name, program, { args });
  }

  #entry(name: string, service: Service<string>): Entry {
    const key = nameOf(name);
    let entry = this.#entries.get(key);
    if (entry && entry.service !== service) {
      if (this.#live(name))
        throw new ServiceError('MOCK_MISUSE', `Another service named "${name}" is running in this mock SCM.`);
      entry = undefined;
    }
    if (!this.#database.find(name)) this.#database.adopt(service.definition.displayName, name);
    entry ??= { service, runs: [], recoveries: [], counter: undefined };
    this.#entries.set(key, entry);
    return entry;
  }

  #recover(name: string, entry: Entry, exit: ExitCode, crashed: boolean): void {
    const record = this.#database.find(name);
    if (!record || record.marked) return;
    entry.counter ??= new FailureCounter(() => recoveryOf(record.config));
    const next = entry.counter.next(exit, crashed, this.#clock.now());
    if (!next) return;
    this.#clock.setTimeout(() => {
      entry.recoveries.push({ at: this.#clock.now(), type: next.type, failures: next.failures });
      // The SCM restarts without arguments. When somebody was faster, or forbade it, there is nothing to do.
      const startable =
        this.#database.find(name) === record && !record.marked && record.config.startType !== 'disabled';
      if (next.type === 'restart' && startable && !this.#live(name)) this.#launch(name, entry.service, {});
    }, next.delayMs);
  }

  async #endAll(notice: 'preshutdown' | 'shutdown', allMs: number | undefined, killOthers: boolean): Promise<void> {
    const live = [...this.#entries.values()].flatMap(({ runs }) => runs.filter((run) => run.state !== 'stopped'));
    const concerned = live.filter(
      (run) => killOthers || ('accepts' in run.status && run.status.accepts.includes(notice)),
    );
    await Promise.all(
      concerned.map(async (run) => {
        const budget = allMs ?? this.#database.find(run.name)?.config.preshutdownTimeoutMs ?? 10_000;
        const over = createDeferred<undefined>();
        const cancel = this.#clock.setTimeout(() => {
          if (killOthers) run.kill();
          else over.resolve(undefined);
        }, budget);
        await run.notify(notice, { budget });
        await Promise.race([run.waitFor('stopped'), over.promise]);
        cancel();
      }),
    );
  }
}

type AnyService = Service<never> | Service<string>;

/** Service names are the same whatever their case. */
function nameOf(service: string | { readonly name: string }): string {
  return (typeof service === 'string' ? service : service.name).toLowerCase();
}

/**
 * Makes a Service Control Manager in memory, with virtual time.
 *
 * @example
 * const scm = createMockScm();
 * const run = await scm.start(service, { args: ['a'] });
 * await run.stop();
 * expect(run.exit).toEqual({ win32: 0 });
 * scm.assertSettled();
 */
export function createMockScm(options: MockScmOptions = {}): MockScm {
  return new MockScm(options.clock === 'real' ? systemClock : createManualClock(), options.elevated);
}
