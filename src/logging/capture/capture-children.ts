import type { ChildProcess } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { syncBuiltinESMExports } from 'node:module';
import { patchSyncChildren } from './capture-sync-children.ts';
import { inheritedStream, type StdioSlot, type TakeBoth, toSlots, withPipes } from './stdio-slots.ts';
import type { TakeOutput } from './capture-stream.ts';

type ChildModule = typeof import('node:child_process');
interface SpawnOptions {
  readonly stdio?: string | readonly StdioSlot[];
  readonly detached?: boolean;
}
type Spawn = (this: ChildProcess, options: SpawnOptions) => unknown;

/** Node announces each child process here, before it is started. */
const CHANNEL = 'child_process';

/**
 * Redirects the output of child processes that inherit the standard streams: those of a service go nowhere. Detached
 * children are left alone, because they may live longer than the pipe. Loads nothing: a service without child
 * processes doesn't pay for it. Returns the function that ends it.
 */
export function captureChildren(takes: TakeBoth): () => void {
  const restores: (() => void)[] = [];
  const patch = (): void => {
    if (restores.length > 0) return;
    const children = process.getBuiltinModule('node:child_process');
    restores.push(patchSpawn(children, takes), patchSyncChildren(children, takes));
    syncBuiltinESMExports();
  };
  const { moduleLoadList = [] } = process as unknown as { readonly moduleLoadList?: readonly string[] };
  if (moduleLoadList.includes('NativeModule child_process')) patch();
  else subscribe(CHANNEL, patch);
  return () => {
    unsubscribe(CHANNEL, patch);
    if (restores.length === 0) return;
    for (const restore of restores) restore();
    syncBuiltinESMExports();
  };
}

/** `spawn`, `exec`, `execFile`, `fork` and cluster all start their processes here. */
function patchSpawn({ ChildProcess }: ChildModule, takes: TakeBoth): () => void {
  const prototype = ChildProcess.prototype as unknown as { spawn: Spawn };
  const original = prototype.spawn;
  const replacement: Spawn = function (options) {
    const slots = toSlots(options.stdio);
    const streams = slots.map(inheritedStream);
    if (options.detached || streams.every((stream) => stream === undefined)) return original.call(this, options);
    const result = original.call(this, { ...options, stdio: withPipes(slots) });
    streams.forEach((stream, fd) => {
      if (stream) forward(this, fd, takes[stream]);
    });
    return result;
  };
  prototype.spawn = replacement;
  return () => {
    if (prototype.spawn === replacement) prototype.spawn = original;
  };
}

/** The program sees what it asked for: a child without a stream. */
function forward(child: ChildProcess, fd: number, take: TakeOutput): void {
  const stream = child.stdio[fd] as NodeJS.ReadableStream | null | undefined;
  // A program that doesn't exist has no streams.
  if (!stream) return;
  const seen = child as unknown as { stdout: unknown; stderr: unknown; stdio: unknown[] };
  seen.stdio[fd] = null;
  seen[fd === 1 ? 'stdout' : 'stderr'] = null;
  stream.on('data', take);
  stream.on('error', () => undefined);
}
