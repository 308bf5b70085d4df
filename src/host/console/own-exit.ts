import type { HostProcess } from '../process.ts';

/** Process that the console can end by itself. */
export interface OwnExit {
  readonly process: HostProcess;
  /** Ends the process without a call to the watchers of `process.onExit`. */
  end(code: number): void;
}

/** Lets the console end the process: a second Ctrl+C must not count as a process.exit() of the app. */
export function withOwnExit(port: HostProcess): OwnExit {
  let ours = false;
  return {
    process: {
      exit: (code) => {
        port.exit(code);
      },
      onUncaught: (fn) => port.onUncaught(fn),
      onExit: (fn) => port.onExit((code) => (ours ? undefined : fn(code))),
      exitCodeSet: () => port.exitCodeSet?.() ?? 0,
      settle: async () => port.settle?.(),
    },
    end(code) {
      ours = true;
      port.exit(code);
    },
  };
}
