import { basename, delimiter, dirname, isAbsolute, join, relative, sep } from 'node:path';
import { shellCommand, shellQuote } from './output/shell-quote.ts';
import { lookUp } from '../util/look-up.ts';

/** Start of a command line. */
export interface Called {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Full path of the script. */
  readonly script: string;
  readonly cwd: string;
  /** Options of Node. */
  readonly execArgv: readonly string[];
  /** Full path of the exe that the program is inside of. */
  readonly exe?: string;
  exists(path: string): boolean;
}

const RUNNERS: Readonly<Record<string, string>> = {
  npm: 'npx winsvc',
  pnpm: 'pnpm exec winsvc',
  yarn: 'yarn winsvc',
  bun: 'bunx winsvc',
};

/**
 * Returns the first words of every command that is printed, so that it can be pasted: `npx winsvc` when a package
 * manager ran it, `winsvc` when it is on the path, otherwise Node with the path of the script.
 */
export function winsvcName({ env, script, cwd, execArgv, exists }: Called): string {
  const [runner = ''] = (env['npm_config_user_agent'] ?? '').split('/');
  if (env['npm_command'] !== undefined || env['npm_lifecycle_event'] !== undefined)
    return lookUp(RUNNERS, runner) ?? 'npx winsvc';
  const path = Object.entries(env).find(([name]) => name.toLowerCase() === 'path')?.[1] ?? '';
  const folders = path.split(delimiter).filter(Boolean);
  if (folders.some((folder) => ['winsvc.cmd', 'winsvc.exe', 'winsvc'].some((name) => exists(join(folder, name)))))
    return 'winsvc';
  for (let folder = cwd; ; folder = dirname(folder)) {
    if (script.startsWith(join(folder, 'node_modules') + sep)) return 'npx winsvc';
    if (dirname(folder) === folder) break;
  }
  return nodeCommand({ script, cwd, execArgv }) ?? 'npx winsvc';
}

/** Returns the first words of commands of a program with its own service: `node service.js`, or `.\\orders.exe`. */
export function ownName({ script, cwd, execArgv, exe }: Pick<Called, 'script' | 'cwd' | 'execArgv' | 'exe'>): string {
  if (exe !== undefined) {
    const near = relative(cwd, exe);
    // PowerShell runs nothing of the current folder by its bare name.
    const command = near.startsWith('..') || isAbsolute(near) ? exe : `.\\${near}`;
    return shellQuote(command) ?? basename(exe);
  }
  return nodeCommand({ script, cwd, execArgv }) ?? `node ${script.split(/[\\/]/).at(-1) ?? ''}`;
}

function nodeCommand({ script, cwd, execArgv }: Pick<Called, 'script' | 'cwd' | 'execArgv'>): string | undefined {
  const near = relative(cwd, script);
  return shellCommand('node', ...execArgv, near.startsWith('..') || isAbsolute(near) ? script : near);
}
