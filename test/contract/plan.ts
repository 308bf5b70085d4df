import type { ExitCode } from 'winsvc';

/** One thing that a handler of the contract's service does. The steps of a handler run one after another. */
export type Step =
  /** Waits until the test calls `release(handler)`. */
  | 'hold'
  /** Throws before the handler has awaited anything. */
  | 'throw'
  | 'reject'
  /** Never ends, whatever happens. */
  | 'never'
  /** Ends when `ctx.signal` aborts. */
  | 'untilAborted'
  /** Fails because `ctx.signal` aborted. */
  | 'rejectWhenAborted'
  /** An exception, or a rejection, outside every handler. */
  | 'uncaught'
  | 'unhandled'
  /** `process.exit(0)` a moment later. */
  | 'exitSoon'
  /** `ctx.fail()`, and the handler goes on. */
  | 'fail'
  /** `service.stop()` from inside. */
  | 'stopSelf'
  /** `service.run()` once more; reports the code of the error as event `runAgain`. */
  | 'runAgain'
  /** A server, a timer and a socket that nobody closes. */
  | 'openHandles'
  /** Takes this long, without blocking the event loop. */
  | { readonly wait: number }
  /** Blocks the event loop for as long. */
  | { readonly block: number }
  | { readonly checkpoint: string }
  | { readonly requestTime: number }
  /** `process.exit(code)`. */
  | { readonly exit: number }
  | { readonly exitCode: ExitCode }
  | { readonly failWith: ExitCode }
  /** Of a real process only; see extras.ts. */
  | { readonly extra: 'fillPool' | 'loseHost' | 'breakHost' | 'killSelf' }
  /** Registers a listener of SIGTERM that does this; `sync`: it returns nothing. */
  | { readonly sigterm: Steps; readonly sync?: boolean }
  /** Registers a shutdown hook that does `plan`. */
  | {
      readonly hook: string;
      readonly plan: Steps;
      readonly timeout?: number;
      readonly order?: number;
      readonly group?: string;
    };

export type Steps = readonly Step[];

/** What the contract's service does. It has the handlers that are named here, and `start`. */
export interface Plan {
  /** Before `service.run()`. */
  readonly load?: Steps;
  readonly start?: Steps;
  readonly stop?: Steps;
  readonly pause?: Steps;
  readonly resume?: Steps;
  readonly paramChange?: Steps;
  readonly netBind?: Steps;
  readonly commands?: Readonly<Record<string, { readonly code: number; readonly plan: Steps }>>;
  readonly timeouts?: Readonly<Record<string, number>>;
  readonly signals?: boolean;
  readonly recoverAfterFailedStop?: boolean;
}

/** What the service tells the test: the name of the handler that was called, and what it was given. */
export interface AppEvent {
  readonly event: string;
  readonly [fact: string]: unknown;
}
