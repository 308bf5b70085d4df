import { join } from 'node:path';
import type { NodeMajor } from '../../rig/lib/layout.mjs';
import { openRig } from '../../rig/rig.mjs';
import type { Control, ScmDriver, Seen, ServiceUnderTest } from './driver.ts';
import type { AppEvent, Plan } from './plan.ts';
import { type AppLink, type AppLine, openAppLink } from './support/app-link.ts';
import { CONTROLS, fromWin32 } from './support/numbers.ts';
import { removeService } from './support/remove-service.ts';
import type { Stage } from './support/stage.ts';

type Rig = Awaited<ReturnType<typeof openRig>>;
const LIMIT_MS = 30_000;
const AFTER_END_MS = 3_000;
const LOOK_MS = 2;
const nextLook = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, LOOK_MS));

/** {@link ScmDriver} with what only a real SCM has. */
export interface RealScm extends ScmDriver {
  readonly rig: Rig;
  /** `wrap` changes the command line. */
  install(plan: Plan, options?: { name?: string; wrap?: (commandLine: string) => string }): Promise<ServiceUnderTest>;
}

/** The contract's view of a real SCM: services are processes, driven through the rig's agent. */
export async function openScmDriver(stage: Stage, node: NodeMajor): Promise<RealScm> {
  const rig = await openRig({ node });
  const link = await openAppLink();
  const services: RealService[] = [];
  let installed = 0;
  const commandLine = (name: string, plan: Plan): string => {
    const program = [rig.nodeExe, join(stage.dir, 'fixture.mjs')].map((path) => `"${rig.winPath(path)}"`);
    return `${program.join(' ')} ${link.port} "${name}" ${Buffer.from(JSON.stringify(plan)).toString('base64url')}`;
  };
  return {
    kind: rig.kind,
    rig,
    async install(
      plan,
      { name = `winsvc contract ${process.pid} ${++installed}`, wrap = (line: string) => line } = {},
    ) {
      await removeService(rig.agent, name);
      await rig.agent.create({ name, imagePath: wrap(commandLine(name, plan)) });
      const service = new RealService(rig, link, name);
      services.push(service);
      return service;
    },
    async clean() {
      await Promise.all(services.splice(0).map((service) => service.remove()));
    },
    async close() {
      await link.close();
      await rig.close();
    },
  };
}

class RealService implements ServiceUnderTest {
  readonly name: string;
  readonly #rig: Rig;
  readonly #link: AppLink;
  #line: AppLine | undefined;
  #gone: Promise<number | null> | undefined;
  #limitMs = LIMIT_MS;
  #recorded: Seen[] | undefined;

  constructor(rig: Rig, link: AppLink, name: string) {
    this.#rig = rig;
    this.#link = link;
    this.name = name;
  }

  get events(): readonly AppEvent[] {
    return this.#live.cues.events;
  }

  async start(...args: string[]): Promise<void> {
    const { agent } = this.#rig;
    const started = agent.start(this.name, args);
    // A start that is refused has no process; one that is accepted says hello before it connects to the SCM.
    const line = this.#link.next(this.name);
    const outcome = await Promise.race([line.promise, started.then(() => line.promise)]).catch((error: unknown) => {
      line.cancel();
      throw error;
    });
    const gone = agent.waitGone(outcome.pid, 120_000).then(({ exitCode }) => exitCode);
    gone.catch(() => undefined);
    // Requests are taken in turn: when this one is answered, the agent has the process open.
    await agent.ping();
    this.#limitMs = LIMIT_MS;
    this.#line = outcome;
    this.#gone = gone;
    outcome.send('hello');
    await started;
  }

  async run(...args: string[]): Promise<void> {
    await this.start(...args);
    await this.waitFor('running');
  }

  async control(control: Control): Promise<{ status: Seen; ms: number }> {
    const code = typeof control === 'number' ? control : CONTROLS[control];
    const { elapsedMs, ...status } = await this.#rig.agent.control(this.name, code);
    return { status: fromWin32(status), ms: elapsedMs };
  }

  async status(): Promise<Seen> {
    const status = fromWin32(await this.#rig.agent.status(this.name));
    // Answers come in the order of the requests, whoever asked.
    if (JSON.stringify(this.#recorded?.at(-1)) !== JSON.stringify(status)) this.#recorded?.push(status);
    return status;
  }

  waitFor(state: Seen['state']): Promise<Seen> {
    return this.until(state, (status) => status.state === state);
  }

  async until(what: string, wanted: (status: Seen) => boolean): Promise<Seen> {
    const deadline = performance.now() + this.#limitMs;
    for (;;) {
      const status = await this.status();
      if (wanted(status)) return status;
      if (status.state === 'stopped' || performance.now() > deadline)
        throw new Error(`${this.name}: waited for ${what}; it is ${JSON.stringify(status)}`);
      await nextLook();
    }
  }

  async gone(): Promise<number> {
    const code = await this.#gone;
    if (code === undefined || code === null) throw new Error(`${this.name}: its process was never seen`);
    await this.#live.closed;
    // A process that ends without STOPPED is noticed by the SCM in this time, or never.
    this.#limitMs = AFTER_END_MS;
    return code;
  }

  async kill(): Promise<void> {
    const { pid } = await this.#rig.agent.status(this.name);
    await this.#rig.agent.kill(pid);
  }

  async record(): Promise<() => Promise<readonly Seen[]>> {
    const seen: Seen[] = [];
    this.#recorded = seen;
    await this.status();
    const over = (): boolean => seen.length > 1 && seen.at(-1)?.state === 'stopped';
    const watching = (async () => {
      while (this.#recorded === seen && !over()) await this.status();
    })();
    watching.catch(() => undefined);
    return async () => {
      await watching;
      return seen.slice(1);
    };
  }

  async remove(): Promise<void> {
    this.#recorded = undefined;
    await removeService(this.#rig.agent, this.name);
  }

  event(name: string, nth = 1): Promise<AppEvent> {
    return this.#live.cues.event(name, nth);
  }

  release(handler: string): void {
    this.#live.send(handler);
  }

  get #live(): AppLine {
    if (!this.#line) throw new Error(`${this.name} was not started`);
    return this.#line;
  }
}
