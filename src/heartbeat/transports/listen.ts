/** Accepts a heartbeat. Returns `undefined`, or the reason why not. */
export type TakeLine = (line: string) => string | undefined;

/** An open transport of a receiver. */
export interface Listener {
  readonly address: string;
  /** Name that its heartbeats are bound to. */
  readonly audience: string;
  close(): Promise<void>;
}
