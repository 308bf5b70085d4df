import { createMockScm, type MockServiceRun } from 'winsvc/testing';
import type { ControlEvent } from 'winsvc';
import { describe, expect, it, vi } from 'vitest';
import { codeOf, makeService } from './services.ts';

const SYSTEM_ONLY: readonly ControlEvent[] = [
  { type: 'shutdown' },
  { type: 'preshutdown' },
  { type: 'triggerEvent' },
  { type: 'lowResources' },
  { type: 'sessionChange', reason: 'logon', sessionId: 1 },
  { type: 'powerEvent', change: 'suspend', eventType: 4 },
  { type: 'timeChange', oldTime: new Date(0), newTime: new Date(1) },
  { type: 'hardwareProfileChange', change: 'configChanged' },
  { type: 'deviceEvent', change: 'arrival', eventType: 0x8000, device: undefined },
  { type: 'command', code: 127 },
  { type: 'command', code: 256 },
];

describe('ControlService', () => {
  it('refuses what only the system sends: 87', async () => {
    const run = await createMockScm().start(makeService());
    for (const event of SYSTEM_ONLY)
      expect({ event, code: await codeOf(run.control(event)) }).toEqual({ event, code: 87 });
  });

  it('refuses what the service does not handle: 1052, and a command 120', async () => {
    const run = await createMockScm().start(makeService());
    expect(await codeOf(run.control('pause'))).toBe(1052);
    expect(await codeOf(run.control('paramChange'))).toBe(1052);
    expect(await codeOf(run.control({ type: 'netBind', change: 'add' }))).toBe(1052);
    expect(await codeOf(run.command(200))).toBe(120);
  });

  it('names the commands that there are, when one is unknown', async () => {
    const commands = { rotate: { code: 200, run: () => undefined }, flush: { code: 201, run: () => undefined } };
    const run = await createMockScm().start(makeService({ commands }));
    await expect(run.command('rotat')).rejects.toThrow(
      expect.objectContaining({ code: 'MOCK_MISUSE', message: expect.stringContaining('rotate, flush') as string }),
    );
  });

  it('sends nothing after STOP: 1061 while it stops, 1062 when it has', async () => {
    const paramChange = vi.fn();
    let release = (): void => undefined;
    const stop = (): Promise<void> => new Promise((resolve) => (release = resolve));
    const run = await createMockScm().start(makeService({ stop, on: { paramChange } }));
    await run.control('stop');
    for (const control of ['stop', 'interrogate', 'paramChange'] as const)
      expect(await codeOf(run.control(control))).toBe(1061);
    expect(await run.notify('lowResources')).toBe(false);
    release();
    await run.waitFor('stopped');
    for (const control of ['stop', 'interrogate', 'paramChange'] as const)
      expect(await codeOf(run.control(control))).toBe(1062);
    expect(paramChange).not.toHaveBeenCalled();
  });
});

describe('what the system sends', () => {
  it('reaches a service that has a handler for it, with its data', async () => {
    const sessionChange = vi.fn();
    const run = await createMockScm().start(makeService({ on: { sessionChange } }));
    const event = { type: 'sessionChange', reason: 'lock', sessionId: 7 } as const;
    expect(await run.notify(event)).toBe(true);
    expect(sessionChange.mock.calls[0]?.[0]).toEqual(event);
  });

  it('does not reach one that has none', async () => {
    const run = await createMockScm().start(makeService());
    expect(await run.notify({ type: 'sessionChange', reason: 'lock', sessionId: 7 })).toBe(false);
    expect(await run.notify('triggerEvent')).toBe(false);
    expect(await run.notify('preshutdown')).toBe(false);
  });
});

describe('a blocked event loop', () => {
  const blocked = async (): Promise<{
    run: MockServiceRun;
    unblock: () => void;
    rotate: () => unknown;
    advance(ms: number): Promise<void>;
  }> => {
    const rotate = vi.fn();
    const scm = createMockScm();
    const run = await scm.start(
      makeService({ commands: { rotate: { code: 200, run: rotate } }, timeouts: { stop: '5s' } }),
    );
    const unblock = run.blockLoop();
    return { run: run as unknown as MockServiceRun, unblock, rotate, advance: (ms) => scm.clock.advance(ms) };
  };

  it('does not keep controls from being answered; the app hears of them afterwards', async () => {
    const { run, unblock, rotate, advance } = await blocked();
    expect((await run.control('interrogate')).state).toBe('running');
    await run.command('rotate');
    await advance(60_000);
    expect(rotate).not.toHaveBeenCalled();
    unblock();
    await advance(0);
    expect(rotate).toHaveBeenCalledOnce();
    await run.stop();
    expect(run.exit).toEqual({ win32: 0 });
  });

  it('ends the process when a stop is not begun within its budget; a requested stop reports 0', async () => {
    const { run, advance } = await blocked();
    expect((await run.control('stop')).state).toBe('stopPending');
    await advance(5_400);
    expect(run.state).toBe('stopPending');
    await advance(200);
    expect(run.exit).toEqual({ win32: 0 });
    expect(run.process.exitCode).toBe(1);
    expect(run.history.filter(({ state }) => state === 'stopPending')).toHaveLength(1);
  });
});
