import type { Service } from '../service/service.ts';
import type { ServiceContext, StopContext } from '../service/context/context.ts';
import type { ServiceOptions } from '../service/options/service-options.ts';
import type { CurrentService } from './current-service.ts';
import type { HostOptions } from './host-options.ts';

/** The part of a hosted program that a service calls. */
export interface Startable {
  start(ctx: ServiceContext): Promise<void>;
  stop(ctx: StopContext): Promise<void>;
}

/** Makes a service's options of a hosted program's. */
export function toServiceOptions(
  name: string,
  options: HostOptions,
  program: (ctx: ServiceContext) => Promise<Startable>,
): ServiceOptions {
  const { displayName, description, logging, timeouts, hang, crashReport, install } = options;
  let running: Startable | undefined;
  return {
    name,
    ...(displayName !== undefined && { displayName }),
    ...(description !== undefined && { description }),
    ...(logging !== undefined && { logging }),
    ...(timeouts && { timeouts }),
    ...(hang !== undefined && { hang }),
    ...(crashReport !== undefined && { crashReport }),
    ...(install && { install }),
    // The program's listeners are called in its stop, and come first.
    signals: false,
    async start(ctx) {
      running = await program(ctx);
      await running.start(ctx);
    },
    stop: (ctx) => running?.stop(ctx),
  };
}

/** Makes the object that `currentService()` returns to the program. */
export function toCurrentService(ctx: ServiceContext, service: Pick<Service, 'on' | 'off'>): CurrentService {
  return {
    name: ctx.name,
    args: ctx.args,
    signal: ctx.signal,
    get state() {
      return ctx.state;
    },
    log: ctx.log,
    checkpoint: (message) => {
      ctx.checkpoint(message);
    },
    onShutdown: (hook, fn, options) => {
      ctx.onShutdown(hook, fn, options);
    },
    setExitCode: (exit) => {
      ctx.setExitCode(exit);
    },
    fail: (error, exit) => {
      ctx.fail(error, exit);
    },
    on(event, listener) {
      service.on(event, listener);
      return () => service.off(event, listener);
    },
  };
}
