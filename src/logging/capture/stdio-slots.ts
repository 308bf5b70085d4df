import type { StandardStream, TakeOutput } from './capture-stream.ts';

/** One entry of the `stdio` option of a child process. */
export type StdioSlot = string | number | object | null | undefined;
export type TakeBoth = Readonly<Record<StandardStream, TakeOutput>>;

/** The `stdio` option as a list. Source: https://nodejs.org/api/child_process.html#optionsstdio */
export function toSlots(stdio: unknown): StdioSlot[] {
  if (typeof stdio === 'string') return [stdio, stdio, stdio];
  return Array.isArray(stdio) ? (stdio as StdioSlot[]).slice() : ['pipe', 'pipe', 'pipe'];
}

/** The standard stream of this process that an entry hands to a child as its descriptor 1 or 2. */
export function inheritedStream(slot: StdioSlot, fd: number): StandardStream | undefined {
  if (fd !== 1 && fd !== 2) return undefined;
  if (slot === 'inherit') return fd === 1 ? 'stdout' : 'stderr';
  if (slot === 1 || slot === process.stdout) return 'stdout';
  return slot === 2 || slot === process.stderr ? 'stderr' : undefined;
}

/** The list with pipes in the place of what would be inherited. */
export function withPipes(slots: readonly StdioSlot[]): StdioSlot[] {
  return slots.map((slot, fd) => (inheritedStream(slot, fd) ? 'pipe' : slot));
}
