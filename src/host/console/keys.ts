/** Actions of keys. */
export interface KeyActions {
  stop(why: string): void;
  /** Ctrl+C. */
  interrupt(): void;
  pause(): void;
  resume(): void;
}

const CTRL_C = '\u0003';

/** Calls the actions for p, c, q and Ctrl+C when `stdin` is a terminal. Returns a function that restores the terminal. */
export function watchKeys(stdin: NodeJS.ReadStream, actions: KeyActions): () => void {
  if (!stdin.isTTY) return () => undefined;
  const onData = (data: Buffer | string): void => {
    for (const key of data.toString()) {
      // In raw mode the terminal makes no signal of Ctrl+C.
      if (key === CTRL_C) actions.interrupt();
      else if (key === 'q') actions.stop('key q');
      else if (key === 'p') actions.pause();
      else if (key === 'c') actions.resume();
    }
  };
  stdin.setRawMode(true);
  stdin.on('data', onData);
  stdin.resume();
  return () => {
    stdin.off('data', onData);
    stdin.setRawMode(false);
    stdin.pause();
  };
}
