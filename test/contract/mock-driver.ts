import { createMockScm, type MockServiceRun } from 'winsvc/testing';
import type { Service } from 'winsvc';
import { type Backstage, createActor, load } from './actor.ts';
import type { Control, ScmDriver, Seen, ServiceUnderTest } from './driver.ts';
import type { AppEvent, Plan } from './plan.ts';
import { createCues } from './support/cues.ts';
import { eventOf, seen } from './support/mock-view.ts';

type MockScm = ReturnType<typeof createMockScm>;
/** Far more than any budget: what takes longer never happens. */
const LIMIT_MS = 600_000;
const STEP_MS = 10;

/** The contract's view of the mock. Its time is virtual: it passes while a scenario waits for something. */
export function createMockDriver(): ScmDriver {
  const scm = createMockScm();
  let installed = 0;
  return {
    kind: 'mock',
    install: async (plan, { name = `contract ${++installed}` } = {}) => new MockedService(scm, name, plan),
    clean: async () => {},
    close: async () => {},
  };
}

class MockedService implements ServiceUnderTest {
  readonly name: string;
  readonly #scm: MockScm;
  readonly #plan: Plan;
  readonly #service: Service<string>;
  readonly #backstage: Backstage;
  #cues = createCues();
  #run: MockServiceRun | undefined;

  constructor(scm: MockScm, name: string, plan: Plan) {
    this.name = name;
    this.#scm = scm;
    this.#plan = plan;
    const process = () => this.#live.process;
    this.#backstage = {
      emit: (event) => {
        this.#cues.emit(event);
      },
      hold: (handler) => this.#cues.hold(handler),
      wait: (ms) => this.#wait(ms),
      block: async (ms) => {
        const unblock = this.#live.blockLoop();
        await this.#wait(ms);
        unblock();
      },
      exit: (code) => {
        process().exit(code);
      },
      exitSoon: () => {
        queueMicrotask(() => {
          process().exit(0);
        });
      },
      onSigterm: (listener) => {
        process().on('SIGTERM', listener);
      },
      uncaught: (error) => {
        process().throwUncaught(error);
      },
      unhandled: (error) => {
        process().throwUncaught(error);
      },
      openHandles: () => undefined,
      extra: (name) => Promise.reject(new Error(`the mock has no ${name}`)),
    };
    this.#service = createActor(name, plan, this.#backstage);
  }

  get events(): readonly AppEvent[] {
    return this.#cues.events;
  }

  async start(...args: string[]): Promise<void> {
    const before = this.#cues;
    this.#cues = createCues();
    try {
      const run = this.#scm.launch(this.#service, { args, load: () => load(this.#plan, this.#backstage) });
      this.#run = run as unknown as MockServiceRun;
    } catch (error) {
      this.#cues = before;
      throw error;
    }
    const { history, service } = this.#run;
    await this.#poll(() => (history.length > 0 ? true : undefined), 'the connection');
    const [first] = history;
    // The process never connected: that is what StartService says, not a status that it had.
    if (first?.state === 'stopped' && 'win32' in first.exit)
      throw Object.assign(new Error(`${service.name} did not start`), { win32Code: first.exit.win32 });
  }

  async run(...args: string[]): Promise<void> {
    await this.start(...args);
    await this.waitFor('running');
  }

  async control(control: Control): Promise<{ status: Seen; ms: number }> {
    const began = this.#scm.clock.now();
    const status = await this.#settle(this.#live.control(eventOf(control)));
    return { status: seen(status), ms: this.#scm.clock.now() - began };
  }

  async status(): Promise<Seen> {
    return seen(this.#live.status);
  }

  async waitFor(state: Seen['state']): Promise<Seen> {
    await this.#settle(this.#live.waitFor(state));
    return this.status();
  }

  until(what: string, wanted: (status: Seen) => boolean): Promise<Seen> {
    return this.#poll(() => {
      const status = seen(this.#live.status);
      return wanted(status) ? status : undefined;
    }, what);
  }

  gone(): Promise<number> {
    return this.#poll(() => this.#live.process.exitCode, 'the end of the process');
  }

  async kill(): Promise<void> {
    this.#live.kill();
  }

  async record(): Promise<() => Promise<readonly Seen[]>> {
    return async () => {
      await this.waitFor('stopped');
      return this.#live.history.map(seen);
    };
  }

  event(name: string, nth = 1): Promise<AppEvent> {
    return this.#settle(this.#cues.event(name, nth));
  }

  release(handler: string): void {
    this.#cues.release(handler);
  }

  get #live(): MockServiceRun {
    if (!this.#run) throw new Error(`${this.name} was not started`);
    return this.#run;
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => this.#scm.clock.setTimeout(resolve, ms));
  }

  async #settle<T>(promise: Promise<T>): Promise<T> {
    let settled = false;
    const done = (): void => {
      settled = true;
    };
    promise.then(done, done);
    await this.#poll(() => (settled ? true : undefined), 'what was waited for');
    return promise;
  }

  /** Virtual time passes until there is something. */
  async #poll<T>(look: () => T | undefined, what: string): Promise<T> {
    const { clock } = this.#scm;
    for (let passed = 0; passed < LIMIT_MS; passed += STEP_MS) {
      const found = look();
      if (found !== undefined) return found;
      // What needs no time comes first.
      await clock.advance(passed === 0 ? 0 : STEP_MS);
    }
    throw new Error(`${this.name}: ${what} did not come; it is ${JSON.stringify(this.#live.status)}`);
  }
}
