import type { HostProcess } from '../process.ts';

export interface OwnExit {
  readonly process: HostProcess;
  /** Ends the process; those who watch `process` for its exit are not told. */
  end(code: number): void;
}

/** Lets the console end the process itself: a second Ctrl+C must not look like a process.exit() of the app. */
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
