import { ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';

type Stdio = 'pipe' | 'inherit' | 'ignore' | 'overlapped' | null | undefined;
interface SpawnOptions {
  stdio?: Stdio | (Stdio | number | object)[];
  detached?: boolean;
}
interface Spawning {
  spawn(this: ChildProcess, options: SpawnOptions): unknown;
}

/**
 * Pipes the output of children that inherit it into that of this process. A service has no console, so it would be lost.
 * Covers spawn, fork and exec of node:child_process; also workers of node:cluster. Returns what takes it back.
 */
export function pipeInheritedOutput(): () => void {
  const target = ChildProcess.prototype as unknown as Spawning;
  const original = target.spawn;
  target.spawn = function spawn(options) {
    const stdio = asList(options.stdio);
    const piped = [1, 2].filter((fd) => isInherited(stdio[fd], fd));
    if (piped.length === 0) return original.call(this, options);
    for (const fd of piped) stdio[fd] = 'pipe';
    const result = original.call(this, { ...options, stdio });
    for (const fd of piped) forward(fd === 1 ? this.stdout : this.stderr, fd);
    return result;
  };
  return () => {
    target.spawn = original;
  };
}

function asList(stdio: SpawnOptions['stdio']): (Stdio | number | object)[] {
  if (Array.isArray(stdio)) return [...stdio];
  return [stdio, stdio, stdio];
}

function isInherited(value: Stdio | number | object, fd: number): boolean {
  return value === 'inherit' || value === fd || value === (fd === 1 ? process.stdout : process.stderr);
}

function forward(from: Readable | null, fd: number): void {
  from?.on('data', (chunk: Buffer) => {
    (fd === 1 ? process.stdout : process.stderr).write(chunk);
  });
}
