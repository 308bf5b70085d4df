import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { ServiceError } from '../../../src/errors/service-error.ts';
import { Win32Error } from '../../../src/errors/win32-error.ts';
import { fromPlainError, toPlainError } from '../../../src/win32/scm/process/messages.ts';
import { ProcessScmClient } from '../../../src/win32/scm/process/process-scm-client.ts';

const FILE = fileURLToPath(new URL('process-fixtures/machine.mjs', import.meta.url));
let client: ProcessScmClient | undefined;
afterEach(() => client?.close());

const open = async (machine: string, timeoutMs = 10_000): Promise<ProcessScmClient> =>
  (client = await ProcessScmClient.open(machine, timeoutMs, FILE));

describe('the client of another machine in a process of its own', () => {
  it('passes calls and answers on, also bytes and big numbers', async () => {
    const scm = await open('web1');
    expect(scm).toMatchObject({ machine: 'web1', supportsNotify: false, supportsStopReason: true });
    expect(await scm.control('Orders', 'stop', { cause: 'upgrade' })).toEqual({
      method: 'control',
      args: ['Orders', 'stop', { cause: 'upgrade' }],
      bytes: new Uint8Array([1, 2]),
      big: 7n,
    });
    const all = await Promise.all(['a', 'b', 'c'].map((name) => scm.readConfig(name)));
    expect(all.map((answer) => (answer as unknown as { args: string[] }).args[0])).toEqual(['a', 'b', 'c']);
  });

  it('gives back the errors of Win32 as what they were', async () => {
    const scm = await open('web1');
    const error = await scm.status('missing').catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Win32Error);
    expect(error).toMatchObject({ win32Code: 1060, symbol: 'ERROR_SERVICE_DOES_NOT_EXIST', service: 'missing' });
  });

  it('ends a process that does not answer, and fails every call from then on', async () => {
    const scm = await open('web1');
    await scm.close();
    const slow = (client = await ProcessScmClient.open('web1', 3_000, FILE));
    const began = performance.now();
    const [first, second] = await Promise.allSettled([
      slow.status('blocks'),
      slow.list({ state: 'all', type: 'win32' }),
    ]);
    expect(performance.now() - began).toBeGreaterThan(2_900);
    expect(first).toMatchObject({ reason: { code: 'MACHINE_TIMEOUT', details: { machine: 'web1' } } });
    expect(second).toMatchObject({ reason: { code: 'MACHINE_TIMEOUT' } });
    await expect(slow.status('Orders')).rejects.toMatchObject({ code: 'MACHINE_TIMEOUT' });
  });

  it('fails to open when the process is silent, ends or is missing', async () => {
    await expect(open('silent', 200)).rejects.toMatchObject({ code: 'MACHINE_TIMEOUT' });
    await expect(open('ends')).rejects.toThrow('the process for ends ended with 3');
    await expect(ProcessScmClient.open('web1', 1_000, undefined)).rejects.toMatchObject({ code: 'FILES_MISSING' });
  });

  it('is closed for good', async () => {
    const scm = await open('web1');
    await scm.close();
    await expect(scm.status('Orders')).rejects.toMatchObject({ code: 'CLOSED' });
  });
});

describe('errors on their way to another process', () => {
  it.each([
    new Win32Error({ api: 'OpenServiceW', win32Code: 5, action: 'start', service: 'A', access: 'SERVICE_START' }),
    new ServiceError('CLOSED', 'closed', { details: { a: 1 } }),
    new Error('plain'),
  ])('%s stays what it is', (error) => {
    const back = fromPlainError(structuredClone(toPlainError(error)));
    expect(back).toMatchObject({ name: error.name, message: error.message });
    expect(Object.entries(back)).toEqual(Object.entries(error));
  });
});
