import { closeServers } from '../drain/close-servers.ts';
import type { ServerRegistry } from '../drain/server-connections.ts';
import type { ServiceContext, StopContext } from '../service/context/context.ts';
import type { Clock } from '../util/clock.ts';
import { disconnectWorkers } from './cluster.ts';
import type { HostOptions } from './host-options.ts';
import { untilAnswered } from './in-flight.ts';
import { ListenWatch } from './listen-watch.ts';
import type { MainModule } from './main-module.ts';
import type { ServiceProbe } from './poll-target.ts';
import { applyEnvironment } from './program-environment.ts';
import { untilReady } from './readiness.ts';
import { runCommands, runCommandsNow } from './run-commands.ts';
import { findStopListeners } from './stop-listeners.ts';
import { sendStopRequest } from './stop-request.ts';
import { waitForAll } from './wait-for.ts';

/** Left of the stop for what comes after the drain: hooks, logs, STOPPED. */
const AFTER_DRAIN_MS = 500;
/** Time, in milliseconds, that a program with stop listeners has to close its servers before they are closed for it. */
const OWN_CLOSE_MS = 2_000;
const OWN_CLOSE_POLL_MS = 10;

/** Parts that a hosted program works with. */
export interface ProgramParts {
  readonly options: HostOptions;
  readonly cwd: string;
  readonly main: MainModule;
  readonly servers: ServerRegistry;
  readonly clock: Clock;
  readonly isServiceRunning: ServiceProbe;
  /** Makes children and limits hold for this process; before the program runs. */
  prepare?(): void | Promise<void>;
  /** Returns `false` in a terminal, where Node calls the signal listeners by itself. */
  readonly callsListeners: () => boolean;
  /** Says whether the host keeps the process alive. */
  keepAlive(does: boolean): void;
}

/** A program that knows nothing of services: starts it, knows when it is ready, stops it. */
export class HostedProgram {
  readonly #parts: ProgramParts;
  readonly #listens = new ListenWatch();
  #stopping = false;
  #after: (() => void) | undefined;

  constructor(parts: ProgramParts) {
    this.#parts = parts;
    const { after } = parts.options;
    if (after)
      this.#after = () => {
        runCommandsNow(after, parts.cwd);
      };
  }

  /** `true` from the moment that the program is asked to stop. */
  get stopping(): boolean {
    return this.#stopping;
  }

  /** Runs the program and waits until it is ready. */
  async start(ctx: ServiceContext): Promise<void> {
    const { options, cwd, main, clock, isServiceRunning } = this.#parts;
    await waitForAll(options.waitFor ?? [], { cwd, clock, isServiceRunning }, ctx);
    await this.#parts.prepare?.();
    applyEnvironment(options, cwd);
    await runCommands(options.before ?? [], cwd, ctx.signal);
    if (ctx.signal.aborted) return;
    const rule = options.ready ?? 'auto';
    const message = rule === 'message' ? fakeSend() : Promise.resolve();
    main.load();
    const how = await untilReady(rule, { evaluated: main.evaluated, listens: this.#listens, message, clock }, ctx);
    const { addresses } = this.#listens;
    ctx.log.info(`Ready: ${how}.`, { rule, ...(addresses.length > 0 && { addresses }) });
    // From now on the program decides how long it lives.
    this.#parts.keepAlive(false);
    process.on('beforeExit', () => {
      if (this.#stopping) return;
      this.#parts.keepAlive(true);
      // Ends as any other exit: exitCodes says what it means.
      process.exit();
    });
  }

  /** Asks the program to stop, lets requests in flight finish, closes its servers. */
  async stop(ctx: StopContext): Promise<void> {
    this.#stopping = true;
    this.#parts.keepAlive(true);
    const { options, servers } = this.#parts;
    this.#listens.close();
    if (options.stop?.request) await sendStopRequest(options.stop.request, ctx);
    await untilAnswered(servers, ctx.timeLeft / 2);
    const idle = this.#callListeners(ctx);
    if (idle) await this.#untilServersClose();
    const timeout = Math.max(0, Math.floor(ctx.timeLeft - AFTER_DRAIN_MS));
    const [{ cutRequests }] = await Promise.all([
      closeServers(servers, [...servers.servers], { timeout, signal: ctx.signal }),
      disconnectWorkers(timeout),
      idle,
    ]);
    if (cutRequests > 0) ctx.log.warn(`The stop cut off ${cutRequests} requests that were still being answered.`);
    // Node emits it when nothing is left to do, which a service waits for no longer.
    if (!idle) process.emit('beforeExit', Number(process.exitCode ?? 0));
    if (options.after) this.finish();
  }

  /** Lets go of the process: the program has defined a service of its own. */
  release(): void {
    this.#listens.close();
    this.#stopping = true;
  }

  /** Runs the commands that come after the program; once, and blocking, because they also run at its exit. */
  finish(): void {
    const after = this.#after;
    this.#after = undefined;
    after?.();
  }

  /** A program that closes its servers by itself may take it for an error when they are closed already. */
  async #untilServersClose(): Promise<void> {
    const { clock, servers } = this.#parts;
    const until = clock.now() + OWN_CLOSE_MS;
    while ([...servers.servers].some((server) => server.listening) && clock.now() < until) {
      await new Promise<void>((resolve) => setTimeout(resolve, OWN_CLOSE_POLL_MS));
    }
  }

  /**
   * Calls the stop listeners of the program. One that has any ends by itself: by process.exit(), because nothing keeps
   * its event loop alive, or when the promises of all listeners settle.
   */
  #callListeners(ctx: StopContext): Promise<void> | undefined {
    const listeners = this.#parts.callsListeners() ? findStopListeners() : undefined;
    if (!listeners) return undefined;
    this.#parts.keepAlive(false);
    const {
      returned,
      allReturnPromises: tells,
      idle,
    } = listeners.call(() => {
      this.#parts.keepAlive(true);
    });
    const failed = (error: unknown): void => {
      ctx.log.error(`A ${listeners.name} listener of the program failed.`, error as Error);
    };
    const settled = returned.then(() => undefined, failed);
    const late = new Promise<void>((resolve) => {
      this.#parts.clock.setTimeout(
        () => {
          if (!tells)
            ctx.log.warn(`The program did not end by itself after its ${listeners.name} listeners were called.`);
          resolve();
        },
        Math.max(0, ctx.timeLeft - AFTER_DRAIN_MS),
      );
    });
    return Promise.race([tells ? settled : Promise.all([settled, idle]).then(() => undefined), late]);
  }
}

/** Gives the process the function that a program forked by pm2 has. Resolves when it reports to be ready. */
function fakeSend(): Promise<void> {
  return new Promise((resolve) => {
    const send = (message: unknown, ...rest: unknown[]): boolean => {
      if (message === 'ready') resolve();
      const done = rest.findLast((value) => typeof value === 'function') as ((error: null) => void) | undefined;
      if (done) process.nextTick(done, null);
      return true;
    };
    Object.assign(process, { send, connected: true });
  });
}
