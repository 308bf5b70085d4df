/** Most repeats that RE2 takes. */
const MAX_REPEATS = 1_000;

/** Returns whether the engine of JavaScript could backtrack: patterns without groups and repeats can't. */
export function canBacktrack({ source }: RegExp): boolean {
  return /[(*+?{]/.test(source);
}

/** Reason why a pattern can't run in a bounded time; `undefined` when it can. Without RE2, which is loaded later. */
export function patternProblem(pattern: unknown): string | undefined {
  if (!(pattern instanceof RegExp) || !canBacktrack(pattern)) return undefined;
  const feature = pattern.flags.includes('v') ? 'flag v' : findUnbounded(pattern.source);
  if (feature === undefined) return undefined;
  return `can't be run in a bounded time (${feature}): avoid look-around, back-references and repeats over 1000`;
}

/** Finds the first part of a pattern that RE2 doesn't have. */
function findUnbounded(source: string): string | undefined {
  let inClass = false;
  for (let at = 0; at < source.length; at += 1) {
    const rest = source.slice(at, at + 24);
    if (rest.startsWith('\\')) {
      const [reference] = (inClass ? undefined : /^\\(?:[1-9]\d*|k<)/.exec(rest)) ?? [];
      if (reference !== undefined) return `back-reference ${reference}`;
      at += 1;
    } else if (inClass) inClass = !rest.startsWith(']');
    else if (rest.startsWith('[')) inClass = true;
    else {
      const [around] = /^\(\?<?[=!]/.exec(rest) ?? [];
      if (around !== undefined) return `look-around ${around}`;
      const [repeat, least, most = ''] = /^\{(\d+)(?:,(\d*))?\}/.exec(rest) ?? [];
      if (repeat !== undefined && Math.max(Number(least), Number(most)) > MAX_REPEATS) return `repeat ${repeat}`;
    }
  }
  return undefined;
}
