/** Transport of a sender. */
export interface Transport {
  /** @throws HeartbeatRefusal when the receiver refuses; another error when it can't be reached */
  send(line: string, signal: AbortSignal): Promise<void>;
  close(): void;
}

/** The receiver refused the heartbeat: sending it again has the same result. */
export class HeartbeatRefusal extends Error {
  readonly why: string;
  constructor(why: string) {
    super(`the receiver refused the heartbeat: ${why}`);
    this.name = 'HeartbeatRefusal';
    this.why = why;
  }
}
