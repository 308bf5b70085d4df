/** At the end of a run: what was not proven on this SCM, and why. */
export function reportSkips(
  title: string,
  skips: readonly { readonly sentence: string; readonly reason: string }[],
): void {
  if (skips.length === 0) return;
  const lines = skips.map(({ sentence, reason }) => `  - ${sentence}: ${reason}`);
  process.stdout.write(`${title}: ${skips.length} skipped\n${lines.join('\n')}\n`);
}
