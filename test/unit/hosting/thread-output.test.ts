import { BroadcastChannel } from 'node:worker_threads';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { takeThreadOutput, threadSender } from '../../../src/hosting/thread-output.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

describe('output of threads that goes to the file descriptors 1 and 2', () => {
  it('reaches the streams of the main thread, also what is on its way at the end of the process', () => {
    expect(threadSender()).toBeUndefined();
    const out: unknown[] = [];
    const err: unknown[] = [];
    vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => out.push(chunk) > 0);
    vi.spyOn(process.stderr, 'write').mockImplementation((chunk) => err.push(chunk) > 0);
    const flush = takeThreadOutput();
    const send = threadSender();
    send?.(1)('Grüße\n');
    const shared = Buffer.from('bytes');
    send?.(2)(shared);
    // A writer may use its buffer again at once.
    shared.fill(0);
    expect({ out, err }).toEqual({ out: [], err: [] });
    flush();
    flush();
    expect(out).toEqual(['Grüße\n']);
    expect(err.map((chunk) => Buffer.from(chunk as Uint8Array).toString())).toEqual(['bytes']);
  });

  it('comes by itself while the process lives', async () => {
    const out: unknown[] = [];
    vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => out.push(chunk) > 0);
    takeThreadOutput();
    const other = new BroadcastChannel('winsvc.threadOutput');
    other.postMessage([1, 'line\n']);
    await vi.waitFor(() => {
      expect(out).toContain('line\n');
    });
    other.close();
  });
});
