import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const projectDir = fileURLToPath(new URL('../..', import.meta.url));

/** A program under test: what it wrote so far, and what can be waited for. */
export interface Program {
  readonly pid: number;
  readonly stdin: NonNullable<ChildProcess['stdin']>;
  /** Standard output and standard error, as they came. */
  readonly output: string;
  readonly exited: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  /** Resolves when the output matches; rejects when the program ended without it, or after `limitMs` (20 s). */
  waitFor(pattern: RegExp | string, limitMs?: number): Promise<void>;
  kill(signal: NodeJS.Signals): void;
}

/** The command line that runs a TypeScript or example file on the sources. */
export function nodeArgs(file: string, args: readonly string[] = []): string[] {
  return ['--import', 'tsx', file, ...args];
}

export function startProgram(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Program {
  const child = spawn(command, args, {
    cwd: projectDir,
    // Colours would be in the way of the comparison.
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined, NODE_OPTIONS: undefined, ...env },
    stdio: 'pipe',
  });
  let output = '';
  const waiters = new Set<() => void>();
  const grow = (chunk: Buffer): void => {
    output += chunk.toString();
    for (const look of waiters) look();
  };
  child.stdout.on('data', grow);
  child.stderr.on('data', grow);
  // A program that has ended doesn't read any more.
  child.stdin.on('error', () => undefined);
  const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      resolve({ code, signal });
    });
  });
  return {
    pid: child.pid ?? 0,
    stdin: child.stdin,
    exited,
    get output() {
      return output;
    },
    waitFor(pattern, limitMs = 20_000) {
      return new Promise((resolve, reject) => {
        const found = (): boolean => (typeof pattern === 'string' ? output.includes(pattern) : pattern.test(output));
        const end = (error?: Error): void => {
          clearTimeout(timer);
          waiters.delete(look);
          if (error) reject(error);
          else resolve();
        };
        const look = (): void => {
          if (found()) end();
        };
        const timer = setTimeout(() => {
          end(new Error(`no ${String(pattern)} within ${limitMs / 1_000} s in:\n${output}`));
        }, limitMs);
        waiters.add(look);
        void exited.then(() => {
          if (!found()) end(new Error(`it ended without ${String(pattern)}:\n${output}`));
        });
        look();
      });
    },
    kill(signal) {
      child.kill(signal);
    },
  };
}

export function startNode(file: string, args: readonly string[] = [], env: Readonly<Record<string, string>> = {}) {
  return startProgram(process.execPath, nodeArgs(file, args), env);
}
