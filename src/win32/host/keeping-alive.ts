/** Starts a timer that keeps its thread alive, unlike those of the system clock. Returns a function that cancels it. */
export function keepingAlive(fn: () => void, ms: number): () => void {
  const timer = setTimeout(fn, ms);
  return () => {
    clearTimeout(timer);
  };
}
