import { spawnSync } from 'node:child_process';
import { describe, expect, it, vi } from 'vitest';
import { nodeArgs, startNode, startProgram } from '../console/program.ts';

vi.setConfig({ testTimeout: 60_000 });
const { stdout: version } = spawnSync('script', ['--version'], { encoding: 'utf8' }) as { stdout: string | null };
const hasScript = version?.includes('util-linux') === true;
/** What colours begin with. */
const ESCAPE = '\u001b[';

function expectSteps(output: string, steps: readonly RegExp[]): void {
  const told = output.split('\n').map((line) => line.replace(/\s+/g, ' ').trim());
  let from = 0;
  for (const step of steps) {
    const at = told.findIndex((line, i) => i >= from && step.test(line));
    expect(at, `${String(step)} in\n${output}`).toBeGreaterThanOrEqual(from);
    from = at + 1;
  }
}

describe('npm run demo', () => {
  it('tells how the watchdog restarts what crashes and what hangs, and ends with 0', async () => {
    const program = startNode('scripts/demo.ts');
    expect(await program.exited, program.output).toEqual({ code: 0, signal: null });
    expect(program.output).not.toContain(ESCAPE);
    expectSteps(program.output, [
      /^[\d.]+ s start WinsvcWatchdog status page: http:\/\/127\.0\.0\.1:\d+\/ RUNNING$/,
      /heartbeats seen of WinsvcOrders and WinsvcMailer$/,
      /WinsvcMailer: normal → failed \(service: it stopped with exit code 1064: .*\)$/,
      /WinsvcMailer: restart \(service: it stopped with exit code 1064: .*\)$/,
      /the mailer crashed, and was restarted RUNNING$/,
      /WinsvcMailer: restart \(heartbeat: no heartbeat for [\d.]+ s\)$/,
      /the mailer hangs: the SCM sees nothing, its heartbeats stop RUNNING$/,
      /the mailer was restarted, and works RUNNING$/,
      /orders was never restarted RUNNING$/,
      /watchdog\.yaml is edited refused, the old one stays: interval: must be milliseconds .* \(watchdog\.yaml:\d+\) RUNNING$/,
      /corrected, command reload taken without a restart RUNNING$/,
      /stop WinsvcMailer a clean stop STOPPED$/,
      /stop WinsvcOrders a clean stop STOPPED$/,
      /stop WinsvcWatchdog a clean stop STOPPED$/,
      /the webhook heard: failed, acting, recovered$/,
      /^14 checks, as expected\./,
    ]);
  });

  // Signals between processes are not to be had on Windows.
  it.skipIf(process.platform === 'win32')('stops everything at Ctrl+C, and ends with 130', async () => {
    const program = startNode('scripts/demo.ts');
    await program.waitFor('heartbeats seen');
    program.kill('SIGINT');
    expect(await program.exited).toEqual({ code: 130, signal: null });
    expectSteps(program.output, [/stop WinsvcMailer .* STOPPED$/, /stop WinsvcWatchdog .* STOPPED$/]);
  });

  it('names its option when it does not know one', async () => {
    const program = startNode('scripts/demo.ts', ['--keap']);
    expect(await program.exited).toEqual({ code: 2, signal: null });
    expect(program.output).toContain('Usage: npm run demo [-- --keep]');
  });
});

describe('npm run demo:express', () => {
  it('tells the life of the Express example, plain when piped, and ends with 0', async () => {
    const program = startNode('scripts/demo-express.ts');
    expect(await program.exited).toEqual({ code: 0, signal: null });
    expect(program.output).not.toContain(ESCAPE);
    expectSteps(program.output, [
      /^[\d.]+ s start, argument \d+ loaded Express and opened its port RUNNING$/,
      /^[\d.]+ s GET \/ → 200 .*"hello":"world".* RUNNING$/,
      /^[\d.]+ s interrogate answered RUNNING RUNNING$/,
      /^[\d.]+ s pause GET \/ → 503 paused PAUSED$/,
      /^[\d.]+ s continue GET \/ → 200 RUNNING$/,
      /^[\d.]+ s control 200 \(resetStats\) requests counted: \d+ → \d+ RUNNING$/,
      /^[\d.]+ s GET \/slow\?ms=1500 … in flight RUNNING$/,
      /^[\d.]+ s stop GET \/ → ECONNREFUSED; \/slow goes on STOP_PENDING$/,
      /^[\d.]+ s GET \/slow → 200 .*"waited":1500.* after 1\.\d s STOP(_PENDING|PED)$/,
      /^[\d.]+ s process ended with 0 STOPPED$/,
      /^10 checks, as expected\. The request in flight at the stop was answered before the service ended\.$/,
    ]);
  });

  it.skipIf(!hasScript).each([
    ['has colours in a terminal', {}, true],
    ['has none with NO_COLOR', { NO_COLOR: '1' }, false],
  ])('%s', async (_title, env, coloured) => {
    const command = [process.execPath, ...nodeArgs('scripts/demo-express.ts')].map((part) => `'${part}'`).join(' ');
    const program = startProgram('script', ['-qfec', command, '/dev/null'], {
      SHELL: '/bin/sh',
      TERM: 'xterm',
      NO_COLOR: '',
      ...env,
    });
    expect(await program.exited).toEqual({ code: 0, signal: null });
    expect(program.output.includes(ESCAPE)).toBe(coloured);
  });
});
