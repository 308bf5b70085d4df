import { spawnSync } from 'node:child_process';
import { describe, expect, it, vi } from 'vitest';
import { nodeArgs, startNode, startProgram } from '../console/program.ts';

vi.setConfig({ testTimeout: 30_000 });
const { stdout: version } = spawnSync('script', ['--version'], { encoding: 'utf8' }) as { stdout: string | null };
const hasScript = version?.includes('util-linux') === true;
/** What colours begin with. */
const ESCAPE = '\u001b[';

describe('npm run demo', () => {
  it('tells the life of the Express example, plain when piped, and ends with 0', async () => {
    const program = startNode('scripts/demo.ts');
    expect(await program.exited).toEqual({ code: 0, signal: null });
    expect(program.output).not.toContain(ESCAPE);
    const told = program.output.split('\n').map((line) => line.replace(/\s+/g, ' ').trim());
    const steps = [
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
    ];
    let from = 0;
    for (const step of steps) {
      const at = told.findIndex((line, i) => i >= from && step.test(line));
      expect(at, `${String(step)} in\n${program.output}`).toBeGreaterThanOrEqual(from);
      from = at + 1;
    }
  });

  it.skipIf(!hasScript).each([
    ['has colours in a terminal', {}, true],
    ['has none with NO_COLOR', { NO_COLOR: '1' }, false],
  ])('%s', async (_title, env, coloured) => {
    const command = [process.execPath, ...nodeArgs('scripts/demo.ts')].map((part) => `'${part}'`).join(' ');
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
