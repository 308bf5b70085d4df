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
  const signals = (Object.keys(NAMES) as (keyof typeof NAMES)[]).filter(
    (signal) => signal !== 'SIGBREAK' || process.platform === 'win32',
  );
  const watches = signals.map((signal) => {
    const listener = (): void => {
      onSignal(NAMES[signal]);
    };
    // First of all: a listener of the app may end the process, and is then taken for part of the stop.
    process.prependListener(signal, listener);
    return () => process.off(signal, listener);
  });
  return () => {
    for (const unwatch of watches) unwatch();
  };
}
