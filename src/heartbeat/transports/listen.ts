/** Accepts a heartbeat. Returns `undefined`, or the reason why not. */
export type TakeLine = (line: string) => string | undefined;

/** A way of receiving that is open. */
export interface Listener {
  readonly address: string;
  /** Name that its heartbeats are bound to. */
  readonly audience: string;
  close(): Promise<void>;
}
