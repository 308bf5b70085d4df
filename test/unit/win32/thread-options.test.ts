import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker, type WorkerOptions } from 'node:worker_threads';
import { afterEach, describe, expect, it } from 'vitest';
import { threadOptions } from '../../../src/win32/thread-options.ts';

const dir = mkdtempSync(join(tmpdir(), 'winsvc-preload-'));
const before = process.env['NODE_OPTIONS'];
const program =
  "require('node:worker_threads').parentPort.postMessage([globalThis.preloaded ?? false, process.env.ORDERS])";

/** Whether a preload ran in a thread, and a variable of its environment. */
async function seenIn(options: WorkerOptions): Promise<unknown> {
  const worker = new Worker(program, { ...options, eval: true });
  const [message] = (await once(worker, 'message')) as [unknown];
  return message;
}

afterEach(() => {
  if (before === undefined) delete process.env['NODE_OPTIONS'];
  else process.env['NODE_OPTIONS'] = before;
  delete process.env['ORDERS'];
  rmSync(dir, { recursive: true, force: true });
});

describe('a thread of the package', () => {
  it('runs no preload of NODE_OPTIONS, and has the other variables', async () => {
    const preload = join(dir, 'preload.cjs');
    writeFileSync(preload, 'globalThis.preloaded = true;');
    process.env['NODE_OPTIONS'] = `--require=${preload.replaceAll('\\', '/')}`;
    process.env['ORDERS'] = '4711';
    // As a thread would be with an empty list of options alone: it does run it.
    expect(await seenIn({ execArgv: [] })).toEqual([true, '4711']);
    expect(await seenIn(threadOptions('test'))).toEqual([false, '4711']);
  });

  it('has the environment of the process where there is no NODE_OPTIONS', async () => {
    delete process.env['NODE_OPTIONS'];
    process.env['ORDERS'] = '4711';
    expect(await seenIn(threadOptions('test'))).toEqual([false, '4711']);
  });
});
