/** Name of the signal of a closed terminal. */
export const TERMINAL_CLOSED = 'terminal closed';

const NAMES = {
  SIGINT: 'Ctrl+C',
  // Windows only: Ctrl+Break.
  SIGBREAK: 'Ctrl+Break',
  // Windows: the console window is closed. Elsewhere: the terminal is closed.
  SIGHUP: TERMINAL_CLOSED,
  SIGTERM: 'SIGTERM',
} as const;

/**
 * Time for a stop after the console window was closed, in milliseconds. Windows ends the process 5 s after the event.
 *
 * Source: https://learn.microsoft.com/windows/console/handlerroutine
 */
const CLOSED_WINDOW_MS = 4_000;

/** Calls `onSignal` for every signal that asks a console program to end. `limitMs`: time after which the system ends the process. */
export function watchSignals(
  onSignal: (name: string, limitMs: number | undefined) => void,
  platform: NodeJS.Platform = process.platform,
): () => void {
  const signals = (Object.keys(NAMES) as (keyof typeof NAMES)[]).filter(
    (signal) => signal !== 'SIGBREAK' || platform === 'win32',
  );
  const watches = signals.map((signal) => {
    const listener = (): void => {
      onSignal(NAMES[signal], signal === 'SIGHUP' && platform === 'win32' ? CLOSED_WINDOW_MS : undefined);
    };
    // Before those of the app: one of them may end the process, which then counts as part of the stop.
    process.prependListener(signal, listener);
    return () => process.off(signal, listener);
  });
  return () => {
    for (const unwatch of watches) unwatch();
  };
}
