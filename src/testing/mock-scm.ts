import { ServiceError } from '../errors/service-error.ts';
import type { Win32Symbol } from '../errors/win32-codes.ts';
import { win32Code } from '../errors/win32-codes.ts';
import { Win32Error } from '../errors/win32-error.ts';
import type { Service } from '../service/service.ts';
import type { ExitCode } from '../status/exit-code.ts';
import { type ClockPort, systemClock } from '../util/clock.ts';
import { type Duration, toMs } from '../util/duration.ts';
import { Faults, type FaultyCall } from './faults.ts';
import { createManualClock, type ManualClock } from './manual-clock.ts';
import { type MockRun, type MockScmSide, MockServiceRun } from './mock-run.ts';
import { FailureCounter, type MockRecovery, type RecoveryRecord } from './recovery.ts';

/** How a mock SCM behaves. */
export interface MockScmOptions {
  /** `'manual'` (default): time stands still until `clock.advance`. `'real'`: for demos with real I/O. */
  readonly clock?: 'manual' | 'real';
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
  /** What a service has for its preshutdown. Default 10 s (SERVICE_PRESHUTDOWN_INFO). */
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
  readonly #entries = new Map<string, Entry>();

  /** @internal */
  constructor(clock: ClockPort) {
    this.#clock = clock;
  }

  /** @throws ServiceError MOCK_MISUSE when the mock runs on the real time. */
  get clock(): ManualClock {
    if (!('advance' in this.#clock)) throw new ServiceError('MOCK_MISUSE', "This mock SCM runs on the real time (clock: 'real'): it has no clock to advance.");
    return this.#clock as ManualClock;
  }

  /**
   * StartService, and waits until the service is RUNNING.
   *
   * @throws Win32Error 1056 when it runs already; the code of its failure when it stops instead.
   */
  async start(service: Service<never> | Service<string>, options: MockStartOptions = {}): Promise<MockRun<'running'>> {
    const run = this.launch(service, options) as unknown as MockServiceRun;
    try {
      return await run.waitFor('running');
    } catch (cause) {
      const exit = run.exit ?? { win32: win32Code('ERROR_PROCESS_ABORTED') };
      const code = 'win32' in exit ? exit.win32 : win32Code('ERROR_SERVICE_SPECIFIC_ERROR');
      throw Object.assign(new Win32Error({ api: 'StartServiceW', win32Code: code, action: `start service "${run.name}"`, service: run.name }), { cause });
    }
  }

  /** StartService: returns at once, while the service is START_PENDING. @throws Win32Error 1056 when it runs already. */
  launch(anyService: Service<never> | Service<string>, options: MockStartOptions = {}): MockRun<'startPending'> {
    const service = anyService as Service<string>;
    const action = `start service "${service.name}"`;
    this.#faults.check('StartServiceW', action, service.name);
    const entry = this.#entry(service);
    if (entry.runs.some((run) => run.state !== 'stopped')) {
      throw new Win32Error({ api: 'StartServiceW', win32Code: win32Code('ERROR_SERVICE_ALREADY_RUNNING'), action, service: service.name });
    }
    if (options.recovery) entry.counter = new FailureCounter(options.recovery);
    const side: MockScmSide = {
      clock: this.#clock,
      faults: this.#faults,
      restart: () => this.start(service),
      ended: (run, exit, crashed) => {
        this.#recover(entry, exit, crashed);
      },
    };
    const run = new MockServiceRun(side, service, options.args ?? [], options.load);
    entry.runs.push(run);
    return run as unknown as MockRun<'startPending'>;
  }

  /** Every process that the service has had, the newest last. */
  runs(service: string | Service<never> | Service<string>): readonly MockRun[] {
    return (this.#entries.get(nameOf(service))?.runs ?? []) as unknown as readonly MockRun[];
  }

  /** The recovery actions that were taken for the service. */
  recoveries(service: string | Service<never> | Service<string>): readonly RecoveryRecord[] {
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
    await this.#endAll('preshutdown', toMs(options.preshutdown ?? '10s', 'preshutdown'), false);
    await this.#endAll('shutdown', toMs(options.shutdown ?? '5s', 'shutdown'), true);
  }

  /** @throws ServiceError NOT_SETTLED that lists every service that still lives and every ordered failure that wasn't used. */
  assertSettled(): void {
    const live = [...this.#entries.values()].flatMap(({ runs }) => runs.filter((run) => run.state !== 'stopped' || !run.process.gone));
    const open = [
      ...live.map((run) => `service "${run.name}" is ${run.state}${run.state === 'stopped' ? ', but its process has not ended' : ''}`),
      ...this.#faults.unused.map((fault) => `the failure ${fault} was never used`),
    ];
    if (open.length > 0) throw new ServiceError('NOT_SETTLED', `The mock SCM is not settled:\n${open.map((line) => `  - ${line}`).join('\n')}`, { details: { open } });
  }

  #entry(service: Service<string>): Entry {
    const key = nameOf(service);
    let entry = this.#entries.get(key);
    if (entry && entry.service !== service) {
      if (entry.runs.some((run) => run.state !== 'stopped')) throw new ServiceError('MOCK_MISUSE', `Another service named "${service.name}" is running in this mock SCM.`);
      entry = undefined;
    }
    entry ??= { service, runs: [], recoveries: [], counter: undefined };
    this.#entries.set(key, entry);
    return entry;
  }

  #recover(entry: Entry, exit: ExitCode, crashed: boolean): void {
    const next = entry.counter?.next(exit, crashed, this.#clock.now());
    if (!next) return;
    this.#clock.setTimeout(() => {
      entry.recoveries.push({ at: this.#clock.now(), type: next.type, failures: next.failures });
      // The SCM restarts without arguments. When somebody was faster, there is nothing to do.
      if (next.type === 'restart' && entry.runs.every((run) => run.state === 'stopped')) this.launch(entry.service);
    }, next.delayMs);
  }

  async #endAll(notice: 'preshutdown' | 'shutdown', limitMs: number, killOthers: boolean): Promise<void> {
    const live = [...this.#entries.values()].flatMap(({ runs }) => runs.filter((run) => run.state !== 'stopped'));
    const concerned = live.filter((run) => killOthers || ('accepts' in run.status && run.status.accepts.includes(notice)));
    if (concerned.length === 0) return;
    const cancel = this.#clock.setTimeout(() => {
      if (killOthers) for (const run of concerned) run.kill();
      else for (const done of giveUp) done();
    }, limitMs);
    const giveUp: (() => void)[] = [];
    await Promise.all(
      concerned.map(async (run) => {
        await run.notify(notice);
        await Promise.race([run.waitFor('stopped'), new Promise<void>((resolve) => giveUp.push(resolve))]);
      }),
    );
    cancel();
  }
}

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
  return new MockScm(options.clock === 'real' ? systemClock : createManualClock());
}
