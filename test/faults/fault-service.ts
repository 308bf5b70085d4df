import { defineService, type Service, type ServiceContext, type ServiceOptions } from 'winsvc';
import type { App, Fault } from './fault.ts';

/** The control that brings about what happens while the service runs. */
export const BREAK = 128;
/** Lines that it logs at its start, and right before the fault. */
export const LINES = 100;

/** What the service tells of itself. */
export interface Witness {
  /** From here on `app.say` can log. */
  started(ctx: ServiceContext): void;
  /** The fault comes next. */
  faulty(): void;
  ran(what: 'stop' | 'hooks'): void;
}

/** A service with one fault in it. */
export function createFaultService(
  name: string,
  fault: Fault,
  app: App,
  witness: Witness,
  options: Pick<ServiceOptions, 'logging' | 'eventLog'> = {},
): Service<'break'> {
  const { times } = app;
  const faulty = (handler: Fault['start'], ctx: ServiceContext): unknown => {
    if (!handler) return undefined;
    app.say(LINES);
    witness.faulty();
    return handler(app, ctx);
  };
  return defineService({
    name,
    ...options,
    timeouts: { start: times.start, stop: times.stop, control: times.control },
    hang: fault.hang ? { timeout: times.hang, action: fault.hang } : false,
    start(ctx) {
      witness.started(ctx);
      app.say(LINES);
      ctx.onShutdown('hooks', () => {
        witness.ran('hooks');
      });
      if (fault.hook) ctx.onShutdown('faulty', (stopping) => faulty(fault.hook, stopping), { timeout: times.hook });
      return faulty(fault.start, ctx);
    },
    stop(ctx) {
      witness.ran('stop');
      return faulty(fault.stop, ctx);
    },
    commands: { break: { code: BREAK, run: (ctx) => faulty(fault.running ?? (() => undefined), ctx) } },
  });
}
