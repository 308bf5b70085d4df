import { ChildProcess } from 'node:child_process';
import type { Socket } from 'node:net';

type Slot = 'pipe' | 'inherit' | 'ignore' | 'overlapped' | number | object | null | undefined;
interface SpawnOptions {
  readonly stdio?: Slot | readonly Slot[];
  readonly detached?: boolean;
}
interface Spawning {
  spawn(this: ChildProcess, options: SpawnOptions): unknown;
}

/**
 * Pipes the output of detached children that inherit it into that of this process. The logs do so for the other children,
 * and leave detached ones alone because they may live longer; those of a hosted program don't.
 *
 * @returns takes it back
 */
export function pipeDetachedOutput(): () => void {
  const target = ChildProcess.prototype as unknown as Spawning;
  const original = target.spawn;
  const replacement: Spawning['spawn'] = function spawn(options) {
    const stdio: Slot[] = Array.isArray(options.stdio)
      ? [...(options.stdio as readonly Slot[])]
      : [0, 1, 2].map(() => options.stdio as Slot);
    const piped = options.detached ? [1, 2].filter((fd) => isInherited(stdio[fd], fd)) : [];
    if (piped.length === 0) return original.call(this, options);
    for (const fd of piped) stdio[fd] = 'pipe';
    const result = original.call(this, { ...options, stdio });
    for (const fd of piped) forward((fd === 1 ? this.stdout : this.stderr) as Socket | null, fd);
    return result;
  };
  target.spawn = replacement;
  return () => {
    if (target.spawn === replacement) target.spawn = original;
  };
}

function isInherited(value: Slot, fd: number): boolean {
  return value === 'inherit' || value === fd || value === (fd === 1 ? process.stdout : process.stderr);
}

function forward(from: Socket | null, fd: number): void {
  from?.on('data', (chunk: Buffer) => {
    (fd === 1 ? process.stdout : process.stderr).write(chunk);
  });
  // The program doesn't wait for a detached child.
  from?.unref();
}
