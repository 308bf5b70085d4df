import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Program, startNode } from './program.ts';

const fixture = (name: string): string => fileURLToPath(new URL(`./fixtures/${name}.ts`, import.meta.url));
const started: Program[] = [];
// Real processes, on a machine that may be busy.
vi.setConfig({ testTimeout: 30_000 });

function start(name: string, ...args: string[]): Program {
  const program = startNode(fixture(name), args);
  started.push(program);
  return program;
}

afterEach(async () => {
  for (const program of started.splice(0)) {
    program.kill('SIGKILL');
    await program.exited;
  }
});

// Windows has no signals between processes: there they are console events, see test/scm/console.test.ts.
describe.skipIf(process.platform === 'win32')('a service in a terminal, told to end', () => {
  it.each([
    ['SIGINT', 'Ctrl+C'],
    ['SIGTERM', 'SIGTERM'],
    ['SIGHUP', 'terminal closed'],
  ] as const)('stops gracefully at %s and ends with 0', async (signal, named) => {
    const program = start('worker');
    await program.waitFor('running (Ctrl+C stops)');
    program.kill(signal);

    expect(await program.exited).toEqual({ code: 0, signal: null });
    expect(inOrder(program.output)).toEqual([
      'Worker: starting',
      'Worker: running (Ctrl+C stops)',
      `Worker: stopping (${named}), at most 20 s; once more ends at once`,
      'stop handler ran',
      'hook began, reason console',
      'hook ended',
      'Worker: stopped',
    ]);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('lets a program that ends by itself at %s do so, cleanly', async (signal) => {
    const program = start('container');
    await program.waitFor('running');
    program.kill(signal);

    expect(await program.exited).toEqual({ code: 0, signal: null });
    expect(program.output).toContain(`listener of ${signal}, call 1\n`);
    expect(program.output).toContain('Container: stopped\n');
    expect(program.output).not.toMatch(/call 2|ERROR|process\.exit/);
  });

  it('calls the listeners of the app once, and only those of the signal that came', async () => {
    const program = start('draining');
    await program.waitFor('running');
    program.kill('SIGINT');

    expect(await program.exited).toEqual({ code: 0, signal: null });
    expect(program.output.match(/listener of .*/g)).toEqual(['listener of SIGINT, call 1']);
    expect(program.output).toContain('stop handler ran');
  });

  it('ends at once with 130 at the second SIGINT, without blaming the app', async () => {
    const program = start('worker', '60000');
    await program.waitFor('running');
    program.kill('SIGINT');
    await program.waitFor('hook began');
    program.kill('SIGINT');

    expect(await program.exited).toEqual({ code: 130, signal: null });
    expect(program.output).toContain('Worker: Ctrl+C once more: ending at once\n');
    expect(program.output).not.toMatch(/hook ended|ERROR|process\.exit/);
  });

  it('gives up with 1 when the stop takes longer than its budget', async () => {
    const program = start('blocker');
    await program.waitFor('running');
    program.kill('SIGINT');

    expect(await program.exited).toEqual({ code: 1, signal: null });
    expect(program.output).toMatch(/Shutdown hook "stuck" failed: it took longer than/);
    expect(program.output).toContain('Blocker: stopped with exit code');
  });
});

describe('a service in a terminal that fails', () => {
  it.each([
    ['start', 'The start handler failed: no database', 'ERROR_EXCEPTION_IN_SERVICE'],
    ['late', 'The start handler was not done after', 'ERROR_SERVICE_REQUEST_TIMEOUT'],
    ['reject', 'Uncaught error in the app: lost connection', 'ERROR_EXCEPTION_IN_SERVICE'],
    ['ctxfail', 'told to fail', 'ERROR_EXCEPTION_IN_SERVICE'],
  ])('ends with 1 and says why (%s)', async (how, message, symbol) => {
    const program = start('fails', how);
    expect(await program.exited).toEqual({ code: 1, signal: null });
    expect(program.output).toContain(message);
    // A timeout has no place in the app that it could point at.
    if (how !== 'late') expect(program.output).toContain('fails.ts:');
    expect(program.output).toMatch(new RegExp(`Fails: stopped with exit code \\d+ \\(${symbol}\\)\n$`));
  });

  it("keeps the app's own code when it calls process.exit()", async () => {
    const program = start('fails', 'exit');
    expect(await program.exited).toEqual({ code: 3, signal: null });
    expect(program.output).toContain(
      'The app called process.exit(3) while the service was running; these shutdown hooks did not run: db.',
    );
  });

  it('ends with 1 when it calls process.exit(0) in start', async () => {
    const program = start('fails', 'exit0');
    expect(await program.exited).toEqual({ code: 1, signal: null });
    expect(program.output).toContain('The app called process.exit(0) while the service was starting.');
  });

  it('says that run() was forgotten', async () => {
    const forgotten = start('forgotten');
    expect(await forgotten.exited).toEqual({ code: 0, signal: null });
    expect(forgotten.output).toContain(
      'winsvc: the program has ended without running service "Forgotten". Call await service.run()',
    );
    const listed = start('forgotten', 'listed');
    await listed.exited;
    expect(listed.output).toBe('Forgotten\n');
  });

  it('says each message once', async () => {
    const program = start('fails', 'start');
    await program.exited;
    expect(program.output.match(/no database/g)).toHaveLength(2);
    expect(program.output.match(/The start handler failed/g)).toHaveLength(1);
  });
});

/** The lines without those of the log, which carry the time. */
function inOrder(output: string): string[] {
  return output
    .trimEnd()
    .split('\n')
    .filter((line) => !/^\d{4}-/.test(line));
}
