import type { HostConnection } from '../host/service-host.ts';
import type { ControlEvent } from '../scm/controls.ts';
import type { SteadyState } from '../scm/states.ts';
import type { Clock } from '../util/clock.ts';
import { callHandler } from './call-handler.ts';
import type { ServiceContext } from './context.ts';
import { Deadline } from './deadline.ts';
import type { ServiceDefinition } from './definition.ts';
import { type Failure, handlerFailure } from './failure.ts';
import { handlerFor } from './handler-for.ts';

/** What the handlers need of the life that they are called in. */
export interface HandlersOptions {
  readonly definition: ServiceDefinition;
  readonly clock: Clock;
  readonly sessionUser: NonNullable<HostConnection['sessionUser']>;
  contextFor(deadline: Deadline): ServiceContext;
  /** Whether the service is on its way to STOPPED. */
  ending(): boolean;
  settled(to: SteadyState): void;
  fail(failure: Failure): void;
  /** A handler failed when the service was on its way to STOPPED. */
  failedLate(handler: string, thrown: unknown): void;
}

/** Calls what the definition has for the start and for each control, within its time. */
export class Handlers {
  readonly #options: HandlersOptions;
  #started = false;
  #transition: Promise<void> | undefined;

  constructor(options: HandlersOptions) {
    this.#options = options;
  }

  /** Whether `start` has resolved. */
  get started(): boolean {
    return this.#started;
  }

  /** The start, pause or resume that is under way; a stop waits for it. */
  get transition(): Promise<void> | undefined {
    return this.#transition;
  }

  start(deadlineAt: number): void {
    this.#shift('start', deadlineAt, 'running', async (ctx) => {
      await this.#options.definition.start(ctx);
      this.#started = true;
    });
  }

  pause(deadlineAt: number): void {
    this.#shift('pause', deadlineAt, 'paused', (ctx) => this.#options.definition.pause?.(ctx));
  }

  resume(deadlineAt: number): void {
    this.#shift('resume', deadlineAt, 'running', (ctx) => this.#options.definition.resume?.(ctx));
  }

  /** A control that changes no state. */
  async control(event: ControlEvent): Promise<void> {
    const { definition, clock, ending, fail, failedLate } = this.#options;
    const handler = handlerFor(definition, event, this.#options);
    if (!handler) return;
    try {
      await this.#call(handler.name, clock.now() + definition.controlTimeoutMs, handler.run);
    } catch (thrown) {
      if (ending()) failedLate(handler.name, thrown);
      else fail(handlerFailure(handler.name, thrown));
    }
  }

  #shift(name: string, deadlineAt: number, to: SteadyState, handler: (ctx: ServiceContext) => unknown): void {
    const { ending, settled, fail } = this.#options;
    const shift = async (): Promise<void> => {
      try {
        await this.#call(name, deadlineAt, handler);
        if (!ending()) settled(to);
      } catch (thrown) {
        // One that gives up because it was told to stop has not failed.
        if (!ending()) fail(handlerFailure(name, thrown));
      }
    };
    const transition = shift();
    this.#transition = transition;
    void transition.then(() => {
      if (this.#transition === transition) this.#transition = undefined;
    });
  }

  async #call(name: string, deadlineAt: number, handler: (ctx: ServiceContext) => unknown): Promise<void> {
    const { clock, contextFor } = this.#options;
    const deadline = new Deadline(clock, deadlineAt);
    try {
      await callHandler(clock, name, deadline, () => handler(contextFor(deadline)));
    } finally {
      deadline.clear();
    }
  }
}
