import { afterEach, describe, expect, it } from 'vitest';
import { createMockScm } from 'winsvc/testing';
import { service } from '../../examples/express-app/service.js';
import { freePort, refusal, request } from '../../scripts/lib/http.ts';

// Real sockets need real time.
const scm = createMockScm({ clock: 'real' });
const stats = async (port: number): Promise<unknown> => JSON.parse((await request(port, '/stats')).text);

describe('examples/express-app on the mock SCM', () => {
  afterEach(() => {
    scm.assertSettled();
  });

  it('answers 503 while it is paused, and serves again afterwards', async () => {
    const port = await freePort();
    const run = await scm.start(service, { args: [String(port)] });
    const paused = await run.pause();
    expect(await request(port, '/')).toMatchObject({ status: 503, text: 'paused' });
    const running = await paused.resume();
    expect(await request(port, '/')).toMatchObject({ status: 200 });
    await running.stop();
    expect(run.exit).toEqual({ win32: 0 });
  });

  it('serves after a start that follows a stop in the paused state', async () => {
    const port = await freePort();
    const run = await scm.start(service, { args: [String(port)] });
    await (await run.pause()).stop();
    const again = await scm.start(service, { args: [String(port)] });
    expect(await request(port, '/')).toMatchObject({ status: 200 });
    await again.stop();
  });

  it('counts from zero after the command', async () => {
    const port = await freePort();
    const run = await scm.start(service, { args: [String(port)] });
    await request(port, '/');
    await run.command('resetStats');
    await expect.poll(() => stats(port)).toMatchObject({ served: 1 });
    await run.stop();
  });

  it('closes its port at once and answers what is in flight', async () => {
    const port = await freePort();
    const run = await scm.start(service, { args: [String(port)] });
    const slow = request(port, '/slow?ms=200');
    await expect.poll(() => stats(port)).toMatchObject({ slow: 1 });
    await run.control('stop');
    await expect.poll(() => refusal(port)).toBe('ECONNREFUSED');
    expect(run.state).toBe('stopPending');
    expect(await slow).toMatchObject({ status: 200 });
    await run.waitFor('stopped');
  });

  it('does not start when the port is taken', async () => {
    const port = await freePort();
    const { createServer } = await import('node:http');
    const other = createServer().listen(port, '127.0.0.1');
    await expect.poll(() => other.listening).toBe(true);
    await expect(scm.start(service, { args: [String(port)] })).rejects.toMatchObject({
      symbol: 'ERROR_EXCEPTION_IN_SERVICE',
    });
    other.close();
  });
});
