/** The process that the service runs in, as far as its end is concerned. The mock SCM brings one of its own. */
export interface ProcessPort {
  /** Ends the process. May return in a test double, where the process is gone all the same. */
  exit(code: number): void;
  /** Calls back for every error that nobody caught. Returns what ends the watch. */
  onUncaught(fn: (error: unknown) => void): () => void;
  /** Calls back, synchronously, when the process is about to end with this code. Returns what ends the watch. */
  onExit(fn: (code: number) => void): () => void;
}
