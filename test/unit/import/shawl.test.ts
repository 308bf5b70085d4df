import { describe, expect, it } from 'vitest';
import { importShawl } from '../../../src/import/tools/shawl.ts';
import { expectUsable, installed, NO_FILES, outcomes } from './support.ts';

const read = (line: string) =>
  importShawl({ config: installed(`"C:\\shawl\\shawl.exe" run ${line}`), expand: (text) => text }, NO_FILES);
const COMMAND = '-- node C:\\app\\server.js --port 3000';

describe('a service of Shawl', () => {
  it('has each of its options in one of the three lists', async () => {
    const plan = read(
      `--name Orders --cwd "C:\\Bestellungen ä" --pass 0,7 --restart-if 7 --restart-delay 500 --stop-timeout 9000 ` +
        `--env PORT=3000 --env "A=b c" --env bad --path C:\\bin --path C:\\lib --path-prepend --log-dir C:\\logs ` +
        `--log-rotate bytes=1048576 --log-retain 4 --log-as orders --log-cmd-as cmd --no-log --no-log-cmd ` +
        `--pass-start-args --priority above-normal --kill-process-tree --new 1 ${COMMAND} "a b"`,
    );
    expect(outcomes(plan)).toMatchObject({
      command: '~spec.program',
      '--name': 'the name of the service',
      '--cwd': 'host.cwd',
      '--pass': 'a failure, so that it restarts',
      '--restart-if': '~host.exitCodes.7',
      '--restart-delay': 'spec.recovery',
      '--stop-timeout': 'host.timeouts.stop',
      '--env PORT': 'spec.environment',
      '--env A': 'spec.environment',
      '--env': 'dropped',
      '--path C:\\bin': 'host.env',
      '--path C:\\lib': 'host.env',
      '--path-prepend': 'dropped',
      '--log-dir': 'host.logging.dir',
      '--log-rotate': 'host.logging.maxSize',
      '--log-retain': 'host.logging.maxFiles',
      '--log-as': 'dropped',
      '--log-cmd-as': 'dropped',
      '--no-log': '~host.logging',
      '--no-log-cmd': 'host.logging.captureOutput',
      '--pass-start-args': '~the arguments of the start',
      '--priority': 'host.priority',
      '--kill-process-tree': 'host.children',
      '--new': 'dropped',
    });
    expect(plan.spec).toMatchObject({
      name: 'Orders',
      program: { script: 'C:\\app\\server.js', args: ['--port', '3000', 'a b'] },
      environment: { PORT: '3000', A: 'b c' },
      recovery: { actions: [{ type: 'restart', delay: 500 }] },
    });
    expect(plan.host).toEqual({
      cwd: 'C:\\Bestellungen ä',
      exitCodes: { 0: 'stopped', 7: 'failed' },
      timeouts: { stop: 9_000 },
      env: { PATH: 'C:\\bin;C:\\lib;%PATH%' },
      expandEnv: true,
      logging: { dir: 'C:\\logs', maxSize: 1_048_576, maxFiles: 4, captureOutput: false },
      priority: 'aboveNormal',
      children: 'kill',
    });
    await expectUsable(plan);
  });

  it.each([
    ['--no-restart', { actions: [] }, { 0: 'stopped' }],
    ['--restart', { actions: [{ type: 'restart', delay: 3_000 }] }, undefined],
    ['--restart-if-not 0,5', { actions: [{ type: 'restart', delay: 3_000 }] }, { 0: 'stopped', 5: 'stopped' }],
    ['--log-rotate=daily', { actions: [{ type: 'restart', delay: 3_000 }] }, { 0: 'stopped' }],
  ])('with %s has the recovery %j and the exit codes %j', async (option, recovery, codes) => {
    const plan = read(`${option} ${COMMAND}`);
    expect(plan.spec.recovery).toEqual(recovery);
    expect(plan.host.exitCodes).toEqual(codes);
    await expectUsable(plan);
  });

  it.each(['', '--', '-- C:\\app\\app.exe', '--name x'])('with the command line "%s" is refused', (line) => {
    expect(() => read(line)).toThrow(expect.objectContaining({ code: 'INVALID_OPTIONS' }));
  });
});
