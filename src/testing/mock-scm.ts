import type { ServiceManager as PublicServiceManager } from 'winsvc/manager';
import type { Service, Win32Symbol } from 'winsvc';
import { ServiceError } from '../errors/service-error.ts';
import { ServiceManager } from '../manager/service-manager.ts';
import { type Clock, systemClock } from '../util/clock.ts';
import { Faults, type FaultyCall } from './scm/faults.ts';
import { MockEventLog } from './host/mock-event-log.ts';
import { MockFolders } from './scm/mock-folders.ts';
import { createManualClock, type ManualClock } from './time/manual-clock.ts';
import type { MockRun } from './host/mock-run.ts';
import { MockScmClient } from './scm/mock-scm-client.ts';
import { MockSessions } from './sessions/mock-sessions.ts';
import type { RecoveryRecord } from './scm/recovery.ts';
import { type MockStartOptions, ServiceLauncher } from './scm/service-launcher.ts';
import { ActiveRefusals, type WindowsRefusalName } from './scm/windows-refusals.ts';
import { type MockShutdownOptions, shutDownSystem } from './scm/system-shutdown.ts';

/** Options of a mock SCM. */
export interface MockScmOptions {
  /** `'manual'` (default): time stands still until `clock.advance`. `'real'`: for demos with real I/O. */
  readonly clock?: 'manual' | 'real';
  /** Gives programs that use `manager()` the rights of an administrator. `false`: calls that need them fail with 5. Default `true`. */
  readonly elevated?: boolean;
  /**
   * Refusals of Windows that this mock leaves out. Default: none, all of them are switched on. See 'Modelled, not
   * proven' in docs/testing.md.
   */
  readonly allow?: readonly WindowsRefusalName[];
  /** Accounts that a group policy lets log on as a service; the start of others fails with 1069. Default: no policy. */
  readonly logonPolicy?: readonly string[];
}

/** Options of {@link MockScm.manager}. */
export interface MockManagerOptions {
  /** Name of another machine: its registry can't be read, as on a machine whose Remote Registry is disabled. Default: this one. */
  readonly machine?: string;
}

/** Service Control Manager in memory. Make one for each test with {@link createMockScm}. */
export class MockScm {
  readonly #clock: Clock;
  readonly #faults = new Faults();
  /** Windows event log of the mocked machine. */
  readonly eventLog = new MockEventLog(this.#faults);
  /** Folders that the manager prepared on the mocked machine. */
  readonly folders = new MockFolders(this.#faults);
  readonly #elevated: boolean;
  readonly #refusals: ActiveRefusals;
  readonly #launcher: ServiceLauncher;
  /** Sessions of the mocked machine, and the messages that were shown there. */
  readonly sessions: MockSessions;

  /** @internal */
  constructor(clock: Clock, { elevated = true, allow, logonPolicy }: MockScmOptions = {}) {
    this.#clock = clock;
    this.#elevated = elevated;
    this.#refusals = new ActiveRefusals(allow);
    this.sessions = new MockSessions(clock, this.#faults, async (reason, sessionId) => {
      const live = this.#launcher.living();
      await Promise.all(live.map((run) => run.notify({ type: 'sessionChange', reason, sessionId })));
    });
    const machine = { clock, faults: this.#faults, eventLog: this.eventLog, sessions: this.sessions };
    this.#launcher = new ServiceLauncher(machine, this.#refusals, logonPolicy);
  }

  /** Virtual clock of the mock. @throws ServiceError MOCK_MISUSE when the mock runs on the real time. */
  get clock(): ManualClock {
    if (!('advance' in this.#clock))
      throw new ServiceError(
        'MOCK_MISUSE',
        "This mock SCM runs on the real time (clock: 'real'): it has no clock to advance.",
      );
    return this.#clock as ManualClock;
  }

  /**
   * Starts a service (StartService) and waits for RUNNING.
   *
   * @throws Win32Error 1056 when it runs already; the code of its failure when it stops instead, with the error of the
   *   app as `cause` and in the message.
   * @throws ServiceError MOCK_MISUSE when the service still runs in another mock; CLOSED after {@link close}.
   */
  start(service: Service<never> | Service<string>, options: MockStartOptions = {}): Promise<MockRun<'running'>> {
    return this.#launcher.start(service, options);
  }

  /**
   * Starts a service and returns at once, while it is START_PENDING. Installs a service that isn't installed.
   *
   * @throws Win32Error 1056 when it runs already, 1058 when it is disabled, 1068 when what it depends on doesn't run.
   */
  launch(anyService: Service<never> | Service<string>, options: MockStartOptions = {}): MockRun<'startPending'> {
    const service = anyService as Service<string>;
    return this.#launcher.launch(service.name, service, options);
  }

  /** Manager of this SCM, of the type that `openServiceManager` returns. */
  manager({ machine }: MockManagerOptions = {}): PublicServiceManager {
    const elevated = (): boolean => this.#elevated;
    // The source of another machine needs a message file there, and its folders are out of reach.
    const parts =
      machine === undefined ? { sources: this.eventLog.sources(elevated), folders: this.folders.seenBy(elevated) } : {};
    return new ServiceManager(this.client({ machine }), this.#clock, parts, (service) => {
      this.register(service.name, service);
    });
  }

  /** @internal Client below the manager; it accepts values that the manager's checks refuse. */
  client({ machine }: { readonly machine?: string | undefined } = {}): MockScmClient {
    return new MockScmClient({
      clock: this.#clock,
      faults: this.#faults,
      database: this.#launcher.database,
      elevated: this.#elevated,
      machine,
      refusals: this.#refusals,
      processes: this.#launcher.processes,
      runOf: (name) => this.#launcher.runs(name).at(-1),
      start: (name, args) => this.#launcher.startByName(name, args),
    });
  }

  /**
   * Sets the program of a service, so that `manager().service(name).start()` has something to run. A service that was
   * installed from a definition, or started with `start`, has its program already.
   */
  register(name: string, service: Service<never> | Service<string>): void {
    this.#launcher.register(name, service);
  }

  /**
   * Keeps a handle to the service open, as services.msc or Task Manager do: a deletion waits until it is closed. Returns a
   * function that closes the handle.
   *
   * @throws ServiceError MOCK_MISUSE when there is no such service.
   */
  hold(name: string): () => void {
    const { database } = this.#launcher;
    const record = database.find(name);
    if (!record) throw new ServiceError('MOCK_MISUSE', `The mock SCM has no service "${name}" that could be held.`);
    return database.hold(record);
  }

  /** Processes that the service has had, the newest last; without a service, those of all services. */
  runs(service?: string | Service<never> | Service<string>): readonly MockRun[] {
    return service === undefined ? this.#launcher.runsWhere(() => true) : this.#launcher.runs(nameOf(service));
  }

  /** Recovery actions that were taken for the service. */
  recoveries(service: string | Service<never> | Service<string>): readonly RecoveryRecord[] {
    return this.#launcher.recoveries(nameOf(service));
  }

  /** Makes the next call of this name fail. */
  failNext(call: FaultyCall, symbol: Win32Symbol): void {
    this.#faults.order(call, symbol);
  }

  /**
   * Shuts the system down: sends PRESHUTDOWN to the services that accept it and waits for them, then SHUTDOWN to the others
   * with less time, and kills the rest. Resolves when all processes have ended; advance the time meanwhile.
   */
  shutdown(options: MockShutdownOptions = {}): Promise<void> {
    const { database } = this.#launcher;
    const preshutdownMs = (name: string): number | undefined => database.find(name)?.config.preshutdownTimeout;
    return shutDownSystem({ clock: this.#clock, living: () => this.#launcher.living(), preshutdownMs }, options);
  }

  /**
   * Ends a test: stops the services that still run, with their stop handlers and hooks, so that the next test can start
   * them again. Virtual time passes as far as that needs it; a service that doesn't stop in its time is killed. `await
   * using` calls it too.
   *
   * @example
   * afterEach(() => scm.close());
   */
  close(): Promise<void> {
    return this.#launcher.close();
  }

  /** Does what {@link close} does. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Checks that nothing is left open. @throws ServiceError NOT_SETTLED, which lists every service that still lives and every fault that was not used */
  assertSettled(): void {
    const live = this.#launcher.runsWhere((run) => run.state !== 'stopped' || !run.process.gone);
    const open = [
      ...live.map(
        (run) =>
          `service "${run.name}" is ${run.state}${run.state === 'stopped' ? ', but its process has not ended' : ''}`,
      ),
      ...this.#launcher.database.records
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
}

function nameOf(service: string | Service<never> | Service<string>): string {
  return typeof service === 'string' ? service : service.name;
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
  return new MockScm(options.clock === 'real' ? systemClock : createManualClock(), options);
}
