import type { SpawnSyncReturns } from 'node:child_process';
import { inheritedStream, type StdioSlot, type TakeBoth, toSlots, withPipes } from './stdio-slots.ts';

type ChildModule = typeof import('node:child_process');
type Options = Readonly<Record<string, unknown>>;
type AnyFunction = (...args: unknown[]) => unknown;
type Call = (changed: Options) => unknown;

/** Captures the inherited output of `spawnSync`, `execFileSync` and `execSync`, whose children end before the call returns. */
export function patchSyncChildren(children: ChildModule, takes: TakeBoth): () => void {
  const target = children as unknown as Record<string, AnyFunction>;
  const restores = (['spawnSync', 'execFileSync', 'execSync'] as const).map((name) => {
    const original = target[name] as AnyFunction;
    const replacement = (...args: unknown[]): unknown => {
      const at = args.findIndex((arg, index) => index > 0 && isOptions(arg));
      const { stdio, ...options } = at < 0 ? ({} as Options) : (args[at] as Options);
      const slots = toSlots(stdio);
      if (slots.every((slot, fd) => inheritedStream(slot, fd) === undefined)) return original(...args);
      const call: Call = (changed) =>
        original(...args.slice(0, at), { maxBuffer: Infinity, ...options, ...changed }, ...args.slice(at + 1));
      return name === 'spawnSync' ? spawnCaptured(call, slots, takes) : execCaptured(call, slots, takes);
    };
    target[name] = replacement;
    return () => {
      if (target[name] === replacement) target[name] = original;
    };
  });
  return () => {
    for (const restore of restores) restore();
  };
}

function spawnCaptured(call: Call, slots: readonly StdioSlot[], takes: TakeBoth): unknown {
  const result = call({ stdio: withPipes(slots) }) as SpawnSyncReturns<Buffer | string>;
  // `null` when the program could not be started.
  const output = (result.output as (Buffer | string | null)[] | null)?.map((text, fd) => {
    const stream = inheritedStream(slots[fd], fd);
    if (stream && text && text.length > 0) takes[stream](text);
    return stream ? null : text;
  });
  return output ? { ...result, output, stdout: output[1], stderr: output[2] } : result;
}

/** Without `stdio`, Node returns standard output and writes standard error to `process.stderr`, which is captured. */
function execCaptured(call: Call, slots: readonly StdioSlot[], takes: TakeBoth): unknown {
  const stream = inheritedStream(slots[1], 1);
  const finish = (stdout: unknown): unknown => {
    if (stream && (typeof stdout === 'string' || Buffer.isBuffer(stdout)) && stdout.length > 0) takes[stream](stdout);
    return slots[1] === 'ignore' || stream ? null : stdout;
  };
  try {
    return finish(call(inheritedStream(slots[2], 2) ? {} : { stdio: withPipes(slots) }));
  } catch (error) {
    if (error instanceof Error && 'stdout' in error) error.stdout = finish(error.stdout);
    throw error;
  }
}

function isOptions(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
