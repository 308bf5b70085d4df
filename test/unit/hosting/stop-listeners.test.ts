import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findStopListeners } from '../../../src/hosting/stop-listeners.ts';

const EVENTS = ['SIGTERM', 'SIGINT', 'SIGBREAK', 'message'] as const;
type Listener = (...args: unknown[]) => unknown;

/** Listeners of the test runner, which aren't those of a program. */
const others = new Map<string, Listener[]>();
let calls: unknown[][] = [];
// A call makes process.kill() of the process itself an exit.
const { kill } = process;
beforeEach(() => {
  calls = [];
  for (const event of EVENTS) {
    others.set(event, process.listeners(event as 'SIGTERM') as Listener[]);
    process.removeAllListeners(event);
  }
});
afterEach(() => {
  process.kill = kill;
  for (const event of EVENTS) {
    process.removeAllListeners(event);
    for (const listener of others.get(event) ?? []) process.on(event as 'SIGTERM', listener);
  }
});

const listen = (event: string, result?: Promise<void>): void => {
  const listener: Listener = (...args) => {
    calls.push([event, ...args]);
    return result;
  };
  process.on(event as 'SIGTERM', listener);
};
const nothing = (): void => undefined;

describe('the stop listeners of a program', () => {
  it.each([
    [['SIGTERM', 'SIGINT', 'SIGBREAK', 'message'], 'SIGTERM'],
    [['message', 'SIGBREAK', 'SIGINT'], 'SIGINT'],
    [['message', 'SIGBREAK'], 'SIGBREAK'],
    [['message'], "message 'shutdown'"],
  ])('of %j are those of %s alone', async (events, name) => {
    for (const event of events) listen(event);
    const found = findStopListeners();
    expect(found?.name).toBe(name);
    await found?.call(nothing).returned;
    expect(calls).toHaveLength(1);
    expect(calls[0]?.slice(0, 2)).toEqual(name.startsWith('SIG') ? [name, name] : ['message', 'shutdown']);
  });

  it('are all of that signal, each once', async () => {
    for (let i = 0; i < 3; i++) listen('SIGINT');
    await findStopListeners()?.call(nothing).returned;
    expect(calls).toHaveLength(3);
  });

  it('are none without any', () => {
    expect(findStopListeners()).toBeUndefined();
    listen('SIGHUP');
    expect(findStopListeners()).toBeUndefined();
    process.removeAllListeners('SIGHUP');
  });

  it('end the stop when the promises of all of them settle, and say when one of them gives none', async () => {
    listen('SIGTERM', Promise.resolve());
    const all = findStopListeners()?.call(nothing);
    expect(all?.allReturnPromises).toBe(true);
    await all?.returned;
    listen('SIGTERM');
    expect(findStopListeners()?.call(nothing).allReturnPromises).toBe(false);
  });
});
