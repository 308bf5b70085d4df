import type { ErrorCode, ExitCode, ServiceContext } from 'winsvc';

/** The service's own timeouts, in milliseconds. */
export interface Times {
  readonly start: number;
  readonly stop: number;
  readonly control: number;
  readonly hook: number;
  readonly hang: number;
}

/** What a fault needs of the process that it happens in: a real one, or a mocked one. */
export interface App {
  readonly times: Times;
  /**
   * Logs this many lines more, in each of the ways that a service has.
   */
  say(lines: number): void;
  /** Throws outside every handler. */
  uncaught(thrown: unknown): void;
  /** Rejects a promise that nobody looks at. */
  unhandled(reason: unknown): void;
  exit(code: number): void;
  /** Blocks the event loop, in a function of the name {@link STUCK}. */
  block(ms: number): unknown;
  /** Blocks it for ever where no JavaScript runs. */
  blockInNativeCode(): void;
  /** `process.abort()`. */
  abort(): void;
  /** Keeps what it allocates. */
  exhaustMemory(): void;
  /** Ends the thread that talks to the SCM. */
  loseHost(): unknown;
  /** Adds a listener of the service's `error` event. */
  onError(listener: (error: Error) => void): void;
}

/** The function that a blocked app is in, and that the record must name. */
export const STUCK = 'stuckInTheOrders';

/** Where it ends, for the SCM and for the system. */
export type End =
  | { readonly state: 'stopped'; readonly exit: ExitCode; readonly process: number }
  /** The process is gone without STOPPED. */
  | { readonly state: 'crashed'; readonly process: number }
  /** It goes on, and stops cleanly later. */
  | { readonly state: 'running' };

/** What is in the files of the lines that were logged before the fault. */
export const LINES_KEPT = {
  all: 'all',
  flushed: 'all but those of the last moment',
  'first MiB': 'of those that had not reached the disk, the first MiB of each file',
  'since then': 'those after it',
  none: 'none: there is no place for them',
} as const;

type Handler = (app: App, ctx: ServiceContext) => unknown;

/** One way to go wrong, and all that is promised about it. */
export interface Fault {
  /** For the reader of docs/reliability.md. */
  readonly name: string;
  /** Where it happens: in which handler of the service, or around it. */
  readonly start?: Handler;
  readonly running?: Handler;
  readonly stop?: Handler;
  readonly hook?: Handler;
  readonly outside?: 'kill' | 'full disk' | 'folder deleted' | 'no folder' | 'no event source';
  readonly hang?: 'report' | 'fail';
  /** `true`: it logs tens of thousands of lines before it hangs. */
  readonly hasFlood?: boolean;
  /** Options of node. */
  readonly node?: readonly string[];
  /** When it must be over, in milliseconds after the fault: the timeout that watches it, or 0. */
  deadline(times: Times): number;
  /** What comes on top of the deadline, in milliseconds: who is blocked gets a moment to report by itself, and a pulse is up to a second old. */
  readonly lagMs?: number;
  readonly end: End;
  /** What of the app still runs. */
  readonly ran: readonly ('stop' | 'hooks')[];
  /** The one failure record; undefined when nobody is left to write it, or when it is no failure. */
  readonly record?: { readonly code: ErrorCode; readonly text: string; readonly by?: 'app' | 'host thread' };
  /** The one warning of a fault that isn't a failure. */
  readonly warning?: string;
  /** What becomes of the lines that were logged before the fault. */
  readonly lines: keyof typeof LINES_KEPT;
  /** Only a real process can do it. */
  readonly realOnly?: boolean;
}
