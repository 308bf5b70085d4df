import { fileURLToPath } from 'node:url';
import { describe, expect, it, vi } from 'vitest';
import { type Program, startNode } from './program.ts';

// Real processes, on a machine that may be busy.
vi.setConfig({ testTimeout: 30_000 });
const file = fileURLToPath(new URL('./fixtures/uncaught.ts', import.meta.url));
const start = (...args: string[]): Program => startNode(file, args);

// The service is stopped by a signal, which Windows doesn't have between processes.
describe.skipIf(process.platform === 'win32')('an error that a listener of the app handles', () => {
  it.each([
    ['throw', 'uncaughtException', 'uncaughtException'],
    ['throw', 'uncaughtException:late', 'uncaughtException'],
    ['throw', 'once', 'uncaughtException'],
    ['reject', 'uncaughtException', 'uncaughtException'],
    ['reject', 'unhandledRejection', 'unhandledRejection'],
    ['reject', 'unhandledRejection:late', 'unhandledRejection'],
    ['reject', 'onceRejection', 'unhandledRejection'],
  ])('is a warning, and the service goes on (%s, listener %s)', async (what, listener, event) => {
    const program = start(what, listener);
    await program.waitFor('the app handles Error: lost connection');
    await program.waitFor('Uncaught: running');
    program.kill('SIGINT');
    expect(await program.exited).toEqual({ code: 0, signal: null });
    expect(program.output).toContain(
      `WARN  Uncaught error in the app: lost connection (a listener of the app for "${event}" handles it; the service goes on)`,
    );
    expect(program.output).toContain('hook ran');
    expect(program.output).not.toContain('ERROR');
  });
});

describe('an error that no listener of the app handles', () => {
  it.each([
    ['throw', 'none'],
    ['reject', 'none'],
    ['reject', 'removed'],
    ['throw', 'unhandledRejection'],
    ['throw', 'monitor'],
    ['throw', 'tracker'],
    ['twice', 'once'],
  ])('fails the service (%s, listener %s)', async (what, listener) => {
    const program = start(what, listener);
    expect(await program.exited).toEqual({ code: 1, signal: null });
    expect(program.output).toContain('ERROR Uncaught error in the app: lost connection');
    expect(program.output).toContain('hook ran');
  });

  it('ends with the code of a listener that ends the process, and is in the log', async () => {
    const program = start('throw', 'exits');
    expect(await program.exited).toEqual({ code: 9, signal: null });
    expect(program.output).toContain('WARN  Uncaught error in the app: lost connection');
    expect(program.output).toContain('The app called process.exit(9)');
  });
});
