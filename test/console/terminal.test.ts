import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { type Program, nodeArgs, startProgram } from './program.ts';
import { eventually } from '../support/eventually.ts';

/** util-linux has it on every Linux; the one of BSD and macOS takes other options. */
const { stdout: version } = spawnSync('script', ['--version'], { encoding: 'utf8' }) as { stdout: string | null };
const hasScript = version?.includes('util-linux') === true;
const fixture = (name: string): string => fileURLToPath(new URL(`./fixtures/${name}.ts`, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'winsvc-terminal-'));
const started: Program[] = [];
// Real processes, on a machine that may be busy.
vi.setConfig({ testTimeout: 30_000 });

/** Runs a shell command in a terminal of its own; keys go to `stdin`. */
function startInTerminal(command: string, env: Readonly<Record<string, string>> = {}): Program {
  const program = startProgram('script', ['-qfec', command, '/dev/null'], { SHELL: '/bin/sh', TERM: 'dumb', ...env });
  started.push(program);
  return program;
}

function commandOf(name: string, ...args: string[]): string {
  return [process.execPath, ...nodeArgs(fixture(name), args)].map((part) => `'${part}'`).join(' ');
}

const linesOf = (program: Program): string[] => program.output.trimEnd().split(/\r?\n/);

afterEach(async () => {
  for (const program of started.splice(0)) {
    program.kill('SIGKILL');
    await program.exited;
  }
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe.skipIf(!hasScript)('a service in a terminal (needs `script` of util-linux)', () => {
  it('pauses, continues and stops by keys, and gives the terminal back', async () => {
    const modes = 'stty -a | tr " ;" "\\n" | grep -xE -- "-?(icanon|echo)"';
    const program = startInTerminal(`${modes}; ${commandOf('worker')}; echo "code $?"; ${modes}`);
    await program.waitFor('running (Ctrl+C stops, p pauses)');
    program.stdin.write('p');
    await program.waitFor('paused (c continues');
    program.stdin.write('c');
    await program.waitFor(/continuing[\s\S]*running/);
    program.stdin.write('q');

    expect(await program.exited).toEqual({ code: 0, signal: null });
    expect(linesOf(program)).toEqual([
      'icanon',
      'echo',
      'Worker: starting',
      'Worker: running (Ctrl+C stops, p pauses)',
      'Worker: pausing',
      'pause handler ran',
      'Worker: paused (c continues, Ctrl+C stops)',
      'Worker: continuing',
      'resume handler ran',
      'Worker: running (Ctrl+C stops, p pauses)',
      'Worker: stopping (key q), at most 20 s; once more ends at once',
      'stop handler ran',
      'hook began, reason console',
      'hook ended',
      'Worker: stopped',
      'code 0',
      'icanon',
      'echo',
    ]);
  });

  it('hears Ctrl+C as a key, and the second one ends it at once with the terminal given back', async () => {
    const program = startInTerminal(`${commandOf('worker', '60000')}; echo "code $?"; stty -a`);
    await program.waitFor('running');
    program.stdin.write('\u0003');
    await program.waitFor('hook began');
    program.stdin.write('\u0003');
    await program.waitFor('code 130');
    await program.exited;
    expect(program.output).toMatch(/(?<!-)icanon/);
  });

  it('gives the terminal back when the app calls process.exit()', async () => {
    const program = startInTerminal(`${commandOf('fails', 'exit')}; echo "code $?"; stty -a`);
    await program.exited;
    expect(program.output).toContain('code 3');
    expect(program.output).toMatch(/(?<!-)icanon/);
  });

  it("says what can't be done", async () => {
    const program = startInTerminal(commandOf('fails', 'nothing'));
    await program.waitFor('running (Ctrl+C stops)');
    program.stdin.write('p');
    await program.waitFor("Fails: can't pause: the service has no pause and resume handlers");
    program.stdin.write('q');
    expect(await program.exited).toEqual({ code: 0, signal: null });
  });

  it('stops gracefully when its terminal is closed, though nothing can be written any more', async () => {
    const file = join(folder, 'hangup.txt');
    const program = startInTerminal(`exec ${commandOf('hangup', file)}`);
    await program.waitFor('running');
    program.kill('SIGKILL');
    await eventually(
      () => {
        expect(existsSync(file) && readFileSync(file, 'utf8')).toBe('hook ran, reason console\nexit 0\n');
      },
      { timeout: 10_000 },
    );
  });

  it('records hooks that were cut in a file of the user when its terminal is closed', async () => {
    const file = join(folder, 'cut.txt');
    const program = startInTerminal(`exec ${commandOf('hangup', file, 'stuck')}`, { HOME: folder });
    await program.waitFor('running');
    program.kill('SIGKILL');
    await eventually(
      () => {
        expect(existsSync(file) && readFileSync(file, 'utf8')).toBe('hook ran, reason console\nexit 1\n');
      },
      { timeout: 10_000 },
    );
    const log = readFileSync(join(folder, '.local/state/winsvc/Hangup.closed-terminal.log'), 'utf8');
    expect(log).toMatch(/ERROR Shutdown hook "stuck" failed: it took longer than/);
    expect(log).toMatch(/The stop \(console\) took .*: 1 done, 1 timeout/);
  });
});
