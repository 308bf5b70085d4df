const NAMES = {
  SIGINT: 'Ctrl+C',
  // Windows only: Ctrl+Break.
  SIGBREAK: 'Ctrl+Break',
  // Windows: the console window is closed. Elsewhere: the terminal is gone.
  SIGHUP: 'terminal closed',
  SIGTERM: 'SIGTERM',
} as const;

/** Calls back for every signal that asks a console program to end. Returns what ends the watch. */
export function watchSignals(onSignal: (name: string) => void): () => void {
  const names = Object.entries(NAMES).filter(([signal]) => (signal === 'SIGBREAK') <= (process.platform === 'win32'));
  const watches = names.map(([signal, name]) => {
    const listener = (): void => {
      onSignal(name);
    };
    // First of all: a listener of the app may end the process, and is then taken for part of the stop.
    process.prependListener(signal, listener);
    return () => process.off(signal, listener);
  });
  return () => {
    for (const unwatch of watches) unwatch();
  };
}
