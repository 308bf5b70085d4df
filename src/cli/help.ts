import type { Cli, Command } from './command.ts';

export const EXIT_CODES = 'Exit codes: 0 done, 1 failed, 2 wrong usage, 3 state not reached, 130 interrupted.';

/** Formats the examples of a verb's help. A program with its own service shows only those about its service. */
export function examplesOf(cli: Cli, { examples = [] }: Command): string {
  const bound = cli.service !== undefined;
  const lines = new Map<string, string>();
  for (const [line, what] of examples) {
    if (bound && !/\{(?:service|script)\}/.test(line)) continue;
    const names = bound ? ['', ''] : ['OrdersApi', 'dist\\service.js'];
    const filled = line.replace('{service}', names[0] ?? '').replace('{script}', names[1] ?? '');
    const text = `${cli.program} ${filled.replaceAll(/ +/g, ' ').trim()}`;
    if (!lines.has(text)) lines.set(text, what);
  }
  if (lines.size === 0) return '';
  const all = [...lines].map(([text, what]) => `  ${text}\n      ${what}`);
  return `\n${cli.out.style('bold', 'Examples:')}\n${all.join('\n')}`;
}
