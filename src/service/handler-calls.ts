import type { HostConnection } from '../host/service-host.ts';
import type { ControlEvent } from '../scm/controls.ts';
import type { Clock } from '../util/clock.ts';
import { callHandler } from './call-handler.ts';
import type { ServiceContext } from './context/context.ts';
import { type ContextSource, createContext } from './context/create-context.ts';
import { controlHandler } from './control-handler.ts';
import { Deadline } from './deadline.ts';
import { handlerFailure } from './failure/failure.ts';
import type { LifeEvent, TransitionHandler } from './life.ts';
import type { ServiceDefinition } from './options/service-options.ts';

export interface HandlerCallsOptions {
  readonly source: ContextSource;
  readonly definition: ServiceDefinition;
  readonly clock: Clock;
  /** Receives how each call ended. */
  readonly dispatch: (event: LifeEvent) => void;
}

/** Calls the handlers of the app, each with a context and within its deadline. Never rejects. */
export class HandlerCalls {
  readonly #options: HandlerCallsOptions;

  constructor(options: HandlerCallsOptions) {
    this.#options = options;
  }

  /** Calls `start`, `pause` or `resume`. `deadline`: in milliseconds of the clock. */
  async transition(handler: TransitionHandler, deadline: number): Promise<void> {
    const { definition, clock, dispatch } = this.#options;
    try {
      await this.#call(handler, deadline, (ctx) => definition[handler]?.(ctx));
      dispatch({ type: 'handlerDone', handler });
    } catch (thrown) {
      dispatch({ type: 'handlerFailed', handler, failure: handlerFailure(handler, thrown), at: clock.now() });
    }
  }

  /** Calls the handler of a control that changes no state. */
  async control(event: ControlEvent, connection: HostConnection): Promise<void> {
    const { definition, clock, dispatch } = this.#options;
    const handler = controlHandler(definition, event, connection);
    if (!handler) return;
    try {
      await this.#call(handler.name, clock.now() + definition.controlTimeoutMs, handler.run);
    } catch (thrown) {
      const failure = handlerFailure(handler.name, thrown);
      dispatch({ type: 'controlFailed', handler: handler.name, failure, at: clock.now() });
    }
  }

  async #call(name: string, at: number, run: (ctx: ServiceContext) => unknown): Promise<void> {
    const { source, clock } = this.#options;
    const deadline = new Deadline(clock, at);
    try {
      await callHandler(clock, name, deadline, () => run(createContext(source, deadline)));
    } finally {
      deadline.clear();
    }
  }
}
