/** A way of sending. */
export interface Transport {
  /** @throws HeartbeatRefusal when the receiver said no; any other error when it can't be reached */
  send(line: string, signal: AbortSignal): Promise<void>;
  close(): void;
}

/** The receiver was reached and doesn't want it: sending it again changes nothing. */
export class HeartbeatRefusal extends Error {
  readonly why: string;
  constructor(why: string) {
    super(`the receiver refused the heartbeat: ${why}`);
    this.name = 'HeartbeatRefusal';
    this.why = why;
  }
}
