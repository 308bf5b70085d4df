import { createMockScm } from 'winsvc/testing';
import { describe, expect, it, vi } from 'vitest';
import { codeOf, makeService, never } from './services.ts';

describe('failNext', () => {
  it('StartServiceW: the start is refused, once, and no process is made', async () => {
    const scm = createMockScm();
    const service = makeService();
    scm.failNext('StartServiceW', 'ERROR_SERVICE_LOGON_FAILED');
    expect(await codeOf(scm.start(service))).toBe(1069);
    expect(scm.runs(service)).toEqual([]);
    await scm.start(service);
  });

  it('ControlService: the control is refused, once, and the service is not told', async () => {
    const scm = createMockScm();
    const stop = vi.fn();
    const run = await scm.start(makeService({ stop }));
    scm.failNext('ControlService', 'ERROR_ACCESS_DENIED');
    expect(await codeOf(run.control('stop'))).toBe(5);
    expect(run.state).toBe('running');
    expect(stop).not.toHaveBeenCalled();
    await run.stop();
  });

  it('HandlerEx: the caller gets 1053 after 30 s, and the service is not told', async () => {
    const scm = createMockScm();
    const paramChange = vi.fn();
    const run = await scm.start(makeService({ on: { paramChange } }));
    scm.failNext('HandlerEx', 'ERROR_SERVICE_REQUEST_TIMEOUT');
    let answered: number | undefined;
    const call = codeOf(run.control('paramChange')).then((code) => (answered = code));
    await scm.clock.advance(29_999);
    expect(answered).toBeUndefined();
    await scm.clock.advance(1);
    await call;
    expect(answered).toBe(1053);
    expect(paramChange).not.toHaveBeenCalled();
    await run.control('paramChange');
    expect(paramChange).toHaveBeenCalledOnce();
  });

  it('StartServiceCtrlDispatcherW: the start fails with 1053, and the next one works', async () => {
    const scm = createMockScm();
    const service = makeService();
    scm.failNext('StartServiceCtrlDispatcherW', 'ERROR_FAILED_SERVICE_CONTROLLER_CONNECT');
    expect(await codeOf(scm.start(service))).toBe(1053);
    expect(scm.runs(service)[0]?.process.gone).toBe(true);
    const run = await scm.start(service);
    await run.stop();
    scm.assertSettled();
  });

  it('SetServiceStatus: the service has lost the SCM; its process ends, which is a crash', async () => {
    const scm = createMockScm();
    const run = await scm.start(makeService({ pause: () => undefined, resume: () => undefined }));
    scm.failNext('SetServiceStatus', 'ERROR_INVALID_HANDLE');
    await run.control('pause');
    await run.waitFor('stopped');
    expect(run.exit).toEqual({ win32: 1067 });
    expect(run.process.exitCode).toBe(1);
    expect(run.log.map(({ message }) => message).join()).toContain('SetServiceStatus');
  });

  it('uses the failures of a call in the order in which they were ordered', async () => {
    const scm = createMockScm();
    const run = await scm.start(makeService());
    scm.failNext('ControlService', 'ERROR_ACCESS_DENIED');
    scm.failNext('ControlService', 'ERROR_INVALID_HANDLE');
    expect(await codeOf(run.control('interrogate'))).toBe(5);
    expect(await codeOf(run.control('interrogate'))).toBe(6);
    expect(await codeOf(run.control('interrogate'))).toBeUndefined();
  });
});

describe('assertSettled', () => {
  it('says nothing when all is over', async () => {
    const scm = createMockScm();
    await (await scm.start(makeService())).stop();
    scm.assertSettled();
  });

  it('lists every service that lives and every failure that was not used', async () => {
    const scm = createMockScm();
    await scm.start(makeService({ name: 'One' }));
    scm.launch(makeService({ name: 'Two', start: never }));
    scm.failNext('HandlerEx', 'ERROR_SERVICE_REQUEST_TIMEOUT');
    const error = catching(() => {
      scm.assertSettled();
    });
    expect(error).toMatchObject({
      code: 'NOT_SETTLED',
      details: {
        open: [
          'service "One" is running',
          'service "Two" is startPending',
          'the failure HandlerEx → ERROR_SERVICE_REQUEST_TIMEOUT was never used',
        ],
      },
    });
    expect((error as Error).message).toContain('\n  - service "One" is running\n');
  });

  it('lists a service that has stopped while its process has not ended', async () => {
    const scm = createMockScm();
    const service = makeService({ name: 'Late' });
    const run = await scm.start(service);
    const open: unknown[] = [];
    service.on('stateChange', (state) => {
      if (state === 'stopped')
        open.push(
          catching(() => {
            scm.assertSettled();
          }),
        );
    });
    await run.stop();
    await scm.clock.advance(0);
    expect(open).toMatchObject([
      { message: expect.stringContaining('"Late" is stopped, but its process has not ended') as string },
    ]);
    scm.assertSettled();
  });
});

function catching(work: () => void): unknown {
  try {
    work();
    return undefined;
  } catch (error) {
    return error;
  }
}
