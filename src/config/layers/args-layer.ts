import type { TextSetting } from './env-layer.ts';
import { spellPath } from '../schema/spelling.ts';

/**
 * Reads `--db.host=x`, `--port 3000`, `--verbose` and `--no-verbose`. What doesn't begin with `--` and isn't the value
 * of something is left alone, and so is everything after a lone `--`.
 */
export function argumentSettings(args: readonly string[], schema: unknown, below: unknown): TextSetting[] {
  const settings: TextSetting[] = [];
  for (let at = 0; at < args.length; at += 1) {
    const arg = args[at] as string;
    if (arg === '--') break;
    const match = /^--([^=]+)(?:=([\s\S]*))?$/.exec(arg);
    if (!match) continue;
    const name = match[1] as string;
    const next = args[at + 1];
    let text: string | boolean = match[2] ?? true;
    if (match[2] === undefined && next !== undefined && !next.startsWith('--')) {
      text = next;
      at += 1;
    }
    const off = text === true && name.startsWith('no-');
    const path = spellPath((off ? name.slice(3) : name).split('.'), schema, below);
    const origin = { source: { from: 'argument', argument: `--${name}` }, text: true } as const;
    settings.push({ path, text: off ? false : text, origin });
  }
  return settings;
}
