import { execFile, spawn, type ChildProcess } from 'node:child_process';
import type { ActionContext, RunAction } from './actions.ts';

/** Program and arguments for `spawn`. */
export interface CommandLine {
  readonly file: string;
  readonly args: readonly string[];
  /** The arguments are quoted already. */
  readonly verbatim: boolean;
}

const MAX_STDERR = 500;

/** Returns whether cmd.exe runs the file. Windows ignores dots and spaces at the end of a name. */
export function isBatchFile(file: string): boolean {
  return /\.(?:cmd|bat)[. ]*$/i.test(file);
}

/** Reason why a command can't run safely; `undefined` when it can. */
export function commandProblem({ run, args = [] }: RunAction): string | undefined {
  if (![run, ...args].every((part) => typeof part === 'string')) return undefined;
  if ([run, ...args].some((part) => part.includes('\0'))) return 'must not have a NUL character';
  if (!isBatchFile(run) || ![run, ...args].some((part) => /["%\r\n]/.test(part))) return undefined;
  return 'is a batch file, so its path and arguments must not have ", % or line breaks: cmd.exe would interpret them. Put them into the file, or run a program';
}

/**
 * Command line of an action. Node refuses to run batch files without a shell (EINVAL), so cmd.exe runs them: in quotes
 * it takes everything literally but `"` and `%`, which {@link commandProblem} refuses.
 *
 * Source: https://nodejs.org/en/blog/vulnerability/april-2024-security-releases-2
 */
export function toCommandLine({ run, args = [] }: RunAction, platform: NodeJS.Platform): CommandLine {
  if (platform !== 'win32' || !isBatchFile(run)) return { file: run, args, verbatim: false };
  const quoted = [run, ...args].map((part) => `"${part}"`).join(' ');
  return { file: systemTool('cmd.exe'), args: ['/d', '/s', '/v:off', '/c', `"${quoted}"`], verbatim: true };
}

/** Environment variables with the reason of the action. Characters that a batch file would interpret are removed: the reason may be a log line. */
export function toEnvironment(run: string, { target, attempt, reason }: ActionContext): Record<string, string> {
  const shown = isBatchFile(run) ? (text: string): string => text.replace(/["%&|<>^!()]/g, ' ') : String;
  return { WATCH_TARGET: shown(target), WATCH_ATTEMPT: String(attempt), WATCH_REASON: shown(reason) };
}

/** Runs a command to its end. @throws an error with its exit code and the end of its standard error */
export function runCommand(action: RunAction, context: ActionContext): Promise<void> {
  const { file, args, verbatim } = toCommandLine(action, process.platform);
  const { signal } = context;
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      cwd: action.cwd,
      env: { ...process.env, ...toEnvironment(action.run, context) },
      windowsHide: true,
      windowsVerbatimArguments: verbatim,
      // A process group of its own, so that all of it can be ended.
      detached: process.platform !== 'win32',
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-MAX_STDERR)));
    const abort = (): void => {
      endTree(child);
    };
    const settle = (error?: Error): void => {
      signal.removeEventListener('abort', abort);
      if (error) reject(error);
      else resolve();
    };
    signal.addEventListener('abort', abort, { once: true });
    child.once('error', settle);
    // Not 'close': a program that the command left running may hold its standard error open.
    child.once('exit', (code, name) => {
      setImmediate(() => {
        child.stderr.destroy();
        const end = name ? `was ended by ${name}` : `ended with exit code ${code}`;
        const why = said.trim() ? `: ${said.trim()}` : '';
        settle(code === 0 ? undefined : new Error(`${action.run} ${end}${why}`));
      });
    });
    if (signal.aborted) abort();
  });
}

/** Ends a process and its child processes. */
function endTree(child: ChildProcess): void {
  const { pid } = child;
  if (pid === undefined) return;
  if (process.platform !== 'win32') {
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // It has ended already.
    }
    return;
  }
  execFile(systemTool('taskkill.exe'), ['/T', '/F', '/PID', String(pid)], { windowsHide: true }, (error) => {
    if (error) child.kill();
  });
}

/** By its full path: a name would be searched in the working directory first. */
function systemTool(name: string): string {
  return `${process.env['SystemRoot'] ?? 'C:\\Windows'}\\System32\\${name}`;
}
