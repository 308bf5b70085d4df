import { wineLevel } from '../../../rig/lib/layout.mjs';
import type { ScmKind } from '../driver.ts';

/** Why an SCM can't do what a scenario needs; `wine` of every Wine, `wine8` of the older one alone. */
export type SkippedOn = Partial<Record<ScmKind | 'wine8', string>>;

/** The reason that counts here; `undefined`: the scenario runs. */
export function skipReason(skippedOn: SkippedOn, kind: ScmKind): string | undefined {
  return skippedOn[kind] ?? (kind === 'wine' && wineLevel() === 8 ? skippedOn.wine8 : undefined);
}

/** At the end of a run: what was not proven on this SCM, and why. */
export function reportSkips(
  title: string,
  skips: readonly { readonly sentence: string; readonly reason: string }[],
): void {
  if (skips.length === 0) return;
  const lines = skips.map(({ sentence, reason }) => `  - ${sentence}: ${reason}`);
  process.stdout.write(`${title}: ${skips.length} skipped\n${lines.join('\n')}\n`);
}
