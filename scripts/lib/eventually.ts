/** Asks until the answer is the one that was waited for, for at most `limitMs`; then gives the last answer. */
export async function eventually<T>(ask: () => Promise<T>, done: (answer: T) => boolean, limitMs = 10_000): Promise<T> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const answer = await ask();
    if (done(answer) || performance.now() > deadline) return answer;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
