import { describe, expect, it } from 'vitest';
import { importNssm } from '../../../src/import/tools/nssm.ts';
import type { RegistryTree } from '../../../src/scm/registry-tree.ts';
import { expectUsable, installed, NO_FILES, outcomes } from './support.ts';

const NODE = 'C:\\Program Files\\nodejs\\node.exe';
type Values = RegistryTree['values'];

function read(values: Values, keys: RegistryTree['keys'] = {}, more = {}) {
  const parameters = { values: { Application: NODE, AppParameters: 'server.js', ...values }, keys };
  const expand = (text: string): string => text.replace(/%ProgramFiles%/gi, 'C:\\Program Files');
  return importNssm({ config: installed('C:\\nssm\\nssm.exe', more), parameters, expand }, NO_FILES);
}

describe('a service of NSSM', () => {
  it('has each of its settings in one of the three lists', async () => {
    const plan = read(
      {
        Application: '%ProgramFiles%\\nodejs\\node.exe',
        AppParameters: '--max-old-space-size=512 "C:\\Bestellungen ä\\server.js" --port 3000 "a b"',
        AppDirectory: 'C:\\Bestellungen ä',
        AppEnvironmentExtra: ['PORT=3000', 'CACHE=%TEMP%\\orders'],
        AppEnvironment: ['ONLY=this'],
        AppRestartDelay: 5_000,
        AppThrottle: 1_500,
        AppStopMethodSkip: 6,
        AppStopMethodConsole: 20_000,
        AppStopMethodWindow: 1_500,
        AppStopMethodThreads: 1_500,
        AppKillProcessTree: 1,
        AppStdin: 'C:\\in.txt',
        AppStdout: 'C:\\logs\\out.log',
        AppStderr: 'C:\\logs\\err.log',
        AppStdoutShareMode: 1,
        AppStderrShareMode: 1,
        AppStdinShareMode: 1,
        AppStdoutCreationDisposition: 4,
        AppStderrCreationDisposition: 4,
        AppStdinCreationDisposition: 4,
        AppStdoutFlagsAndAttributes: 128,
        AppStderrFlagsAndAttributes: 128,
        AppStdinFlagsAndAttributes: 128,
        AppStdoutCopyAndTruncate: 1,
        AppStderrCopyAndTruncate: 1,
        AppRotateFiles: 1,
        AppRotateOnline: 1,
        AppRotateSeconds: 86_400,
        AppRotateBytes: 1_048_576,
        AppRotateBytesHigh: 1,
        AppRotateDelay: 100,
        AppTimestampLog: 1,
        AppPriority: 0x4000,
        AppAffinity: '0-2,4',
        AppNoConsole: 1,
        AppRedirectHook: 1,
        AppSomethingNew: 1,
      },
      {
        AppExit: { values: { '': 'Restart', '0': 'Exit', '2': 'Ignore', '3': 'Suicide', x: 'Exit' }, keys: {} },
        AppEvents: {
          values: {},
          keys: {
            Start: { values: { Pre: '"C:\\tools\\pre.exe" --a "b c"', Post: 'C:\\tools\\post.exe' }, keys: {} },
            Stop: { values: { Pre: 'C:\\tools\\stop.exe' }, keys: {} },
            Exit: { values: { Post: 'C:\\tools\\exit.exe' }, keys: {} },
            Rotate: { values: { Pre: 'r.exe', Post: 'r.exe' }, keys: {} },
            Power: { values: { Change: 'p.exe', Resume: 'p.exe' }, keys: {} },
          },
        },
        Unknown: { values: {}, keys: {} },
      },
    );
    expect(outcomes(plan)).toMatchObject({
      Application: 'spec.program',
      AppParameters: 'spec.program',
      AppDirectory: 'host.cwd',
      'AppEnvironmentExtra PORT': 'spec.environment',
      'AppEnvironmentExtra CACHE': 'host.env',
      'AppEnvironment ONLY': '~spec.environment',
      AppExit: '~spec.recovery',
      'AppExit 0': 'host.exitCodes.0',
      'AppExit 2': '~host.exitCodes.2',
      'AppExit 3': 'host.exitCodes.3',
      'AppExit x': 'dropped',
      AppRestartDelay: 'spec.recovery',
      AppThrottle: '~spec.recovery',
      AppStopMethodSkip: 'no window and no thread messages are sent anyway',
      AppStopMethodConsole: '~host.timeouts.stop',
      AppStopMethodWindow: 'dropped',
      AppStopMethodThreads: 'dropped',
      AppKillProcessTree: 'host.children',
      AppStdin: 'dropped',
      AppStdout: '~host.logging.dir',
      AppStderr: '~host.logging.dir',
      AppStdoutShareMode: 'dropped',
      AppStderrCreationDisposition: 'dropped',
      AppStdinFlagsAndAttributes: 'dropped',
      AppStdoutCopyAndTruncate: 'dropped',
      AppRotateFiles: 'host.logging',
      AppRotateOnline: 'host.logging',
      AppRotateSeconds: 'host.logging.interval',
      AppRotateBytes: 'host.logging.maxSize',
      AppRotateBytesHigh: 'host.logging.maxSize',
      AppRotateDelay: 'dropped',
      AppTimestampLog: 'dropped',
      AppPriority: 'host.priority',
      AppAffinity: 'host.affinity',
      AppNoConsole: 'dropped',
      AppRedirectHook: 'dropped',
      AppSomethingNew: 'dropped',
      'AppEvents\\Start\\Pre': 'host.before',
      'AppEvents\\Start\\Post': 'dropped',
      'AppEvents\\Stop\\Pre': 'dropped',
      'AppEvents\\Exit\\Post': '~host.after',
      'AppEvents\\Rotate\\Pre': 'dropped',
      'AppEvents\\Power\\Change': 'dropped',
      'Unknown\\': 'dropped',
    });
    expect(plan.spec).toMatchObject({
      name: 'Orders',
      account: 'localSystem',
      program: {
        file: NODE,
        nodeArgs: ['--max-old-space-size=512'],
        script: 'C:\\Bestellungen ä\\server.js',
        args: ['--port', '3000', 'a b'],
      },
      environment: { PORT: '3000', ONLY: 'this' },
      recovery: { actions: [{ type: 'restart', delay: 5_000 }] },
      recoverOnFailureExit: true,
    });
    expect(plan.host).toEqual({
      cwd: 'C:\\Bestellungen ä',
      env: { CACHE: '%TEMP%\\orders' },
      expandEnv: true,
      exitCodes: { 0: 'stopped', 2: 'stopped', 3: 'failed' },
      timeouts: { stop: 20_000 },
      children: 'kill',
      logging: { dir: 'C:\\logs', interval: 'daily', maxSize: 2 ** 32 + 1_048_576 },
      priority: 'belowNormal',
      affinity: [0, 1, 2, 4],
      before: [{ file: 'C:\\tools\\pre.exe', args: ['--a', 'b c'] }],
      after: [{ file: 'C:\\tools\\exit.exe' }],
    });
    await expectUsable(plan);
  });

  it('keeps what the SCM holds of it', async () => {
    const plan = read(
      {},
      {},
      { account: 'CONTOSO\\svc', startType: 'demand', dependencies: ['Tcpip'], description: 'd' },
    );
    expect(plan.spec).toMatchObject({
      account: 'CONTOSO\\svc',
      startType: 'demand',
      dependencies: ['Tcpip'],
      description: 'd',
    });
    await expectUsable(plan);
  });

  it.each([
    ['Exit', { actions: [] }],
    ['Ignore', { actions: [] }],
    ['Suicide', undefined],
  ])('that ends with AppExit %s has the recovery %j', (action, recovery) => {
    const plan = read({}, { appexit: { values: { '': action }, keys: {} } });
    expect(plan.spec.recovery).toEqual(recovery);
  });

  it.each([
    [0x40, 'idle'],
    [0x20, 'normal'],
    [0x8000, 'aboveNormal'],
    [0x80, 'high'],
    [0x100, 'high'],
    [7, undefined],
  ])('with the priority class %i has the priority %s', (AppPriority, priority) => {
    expect(read({ AppPriority }).host.priority).toBe(priority);
  });

  it.each(['3-', 'x', '64', '1;2', ''])('drops the processors "%s"', (AppAffinity) => {
    const plan = read({ AppAffinity });
    expect(plan.host.affinity).toBeUndefined();
  });

  it('that runs the script of a package.json runs it without npm', () => {
    const files = { ...NO_FILES, packageScript: () => 'node dist/main.js --a' };
    const parameters = {
      values: { Application: 'C:\\nodejs\\npm.cmd', AppParameters: 'run start -- -b', AppDirectory: 'C:\\app' },
      keys: {},
    };
    const plan = importNssm({ config: installed('nssm.exe'), parameters, expand: (text) => text }, files);
    expect(plan.spec.program).toEqual({ script: 'C:\\app\\dist\\main.js', args: ['--a', '-b'] });
    expect(plan.approximated.map(({ setting }) => setting)).toContain('Application');
  });

  it.each([
    ['C:\\Python\\python.exe', 'app.py'],
    ['cmd.exe', '/c start.bat'],
    ['cmd.exe', '/c node a.js & node b.js'],
    ['C:\\nodejs\\npm.cmd', 'start'],
    [NODE, '-e "1"'],
    [NODE, ''],
    ['', ''],
  ])('that runs %s %s is refused, and nothing is lost', (Application, AppParameters) => {
    expect(() => read({ Application, AppParameters })).toThrow(expect.objectContaining({ code: 'INVALID_OPTIONS' }));
  });

  it('behind cmd /c runs without cmd', () => {
    const plan = read({ Application: 'cmd', AppParameters: '/d /s /c "node server.js 1"', AppDirectory: 'C:\\app' });
    expect(plan.spec.program).toEqual({ script: 'C:\\app\\server.js', args: ['1'] });
  });
});
