import { describe, expect, it } from 'vitest';
import { readXml, toElements } from '../../../src/import/read/xml-tree.ts';
import { importServy, readServy } from '../../../src/import/tools/servy.ts';
import { expectUsable, NO_FILES, outcomes } from './support.ts';

const BASIC = { Name: 'Orders', ExecutablePath: 'C:\\nodejs\\node.exe', Parameters: 'C:\\app\\server.js' };
const ALL = {
  ...BASIC,
  DisplayName: 'Orders & more',
  Description: 'Takes orders.',
  StartupDirectory: 'C:\\Bestellungen ä',
  Parameters: '--enable-source-maps server.js --port 3000',
  StartupType: 5,
  Priority: 5,
  CpuAffinity: '0x5',
  StdoutPath: 'C:\\logs\\out.log',
  StderrPath: 'D:\\logs\\err.log',
  StartTimeout: 10,
  StopTimeout: 5,
  EnableConsoleUI: false,
  EnableSizeRotation: true,
  RotationSize: 10,
  EnableDateRotation: true,
  DateRotationType: 1,
  MaxRotations: 0,
  UseLocalTimeForRotation: false,
  EnableDebugLogs: false,
  EnableHealthMonitoring: true,
  HeartbeatInterval: 30,
  MaxFailedChecks: 3,
  RecoveryAction: 2,
  RecoveryOnCleanExit: true,
  MaxRestartAttempts: 2,
  HeartbeatUrl: 'https://example.com/ping',
  HeartbeatUrlTimeoutSeconds: 5,
  EnableHeartbeatUrlFlags: true,
  FailureProgramPath: 'C:\\tools\\failed.exe',
  FailureProgramStartupDirectory: 'C:\\tools',
  FailureProgramParameters: '--to "a b"',
  EnvironmentVariables: 'PORT=3000;LIST=a\\;b;CACHE=%TEMP%\\x;bad',
  ServiceDependencies: 'Tcpip;Dnscache',
  PreLaunchExecutablePath: 'C:\\tools\\pre.exe',
  PreLaunchStartupDirectory: 'C:\\tools',
  PreLaunchParameters: '-a',
  PreLaunchEnvironmentVariables: 'A=b',
  PreLaunchStdoutPath: 'C:\\logs\\pre.log',
  PreLaunchStderrPath: 'C:\\logs\\pre.log',
  PreLaunchTimeoutSeconds: 60,
  PreLaunchRetryAttempts: 2,
  PreLaunchIgnoreFailure: true,
  PostLaunchExecutablePath: 'C:\\tools\\post.exe',
  PostLaunchStartupDirectory: 'C:\\tools',
  PostLaunchParameters: '-b',
  PreStopExecutablePath: 'C:\\tools\\prestop.exe',
  PreStopStartupDirectory: 'C:\\tools',
  PreStopParameters: '-c',
  PreStopTimeoutSeconds: 30,
  PreStopLogAsError: true,
  PostStopExecutablePath: 'C:\\tools\\poststop.exe',
  PostStopStartupDirectory: 'C:\\tools',
  PostStopParameters: '-d',
  UserAccount: '.\\svc',
  Password: 'Pa55w0rd',
  RunAsLocalSystem: false,
  Pid: 7,
  SomethingNew: 1,
};
const read = (values: object) => importServy(readServy(toElements('service', values)[0]!), NO_FILES);

describe('an export of Servy', () => {
  it('has each of its settings in one of the three lists', async () => {
    const plan = read(ALL);
    expect(outcomes(plan)).toMatchObject({
      Name: 'spec.name',
      DisplayName: 'spec.displayName',
      Description: 'spec.description',
      ExecutablePath: 'spec.program',
      Parameters: 'spec.program',
      StartupDirectory: 'host.cwd',
      StartupType: 'spec.startType',
      Priority: '~host.priority',
      CpuAffinity: 'host.affinity',
      StdoutPath: '~host.logging.dir',
      StderrPath: 'dropped',
      StartTimeout: 'host.timeouts.start',
      StopTimeout: 'host.timeouts.stop',
      EnableSizeRotation: 'host.logging',
      RotationSize: 'host.logging.maxSize',
      EnableDateRotation: 'host.logging.interval',
      DateRotationType: '~host.logging.interval',
      MaxRotations: '~host.logging.maxFiles',
      EnableHealthMonitoring: '~spec.recovery',
      HeartbeatInterval: '~spec.recovery',
      MaxFailedChecks: '~spec.recovery',
      RecoveryAction: '~spec.recovery',
      RecoveryOnCleanExit: 'spec.recovery',
      MaxRestartAttempts: '~spec.recovery',
      FailureProgramPath: 'spec.recovery.command',
      FailureProgramParameters: 'spec.recovery.command',
      FailureProgramStartupDirectory: 'dropped',
      'EnvironmentVariables PORT': 'spec.environment',
      'EnvironmentVariables LIST': 'spec.environment',
      'EnvironmentVariables CACHE': 'host.env',
      'EnvironmentVariables bad': 'dropped',
      ServiceDependencies: 'spec.dependencies',
      PreLaunchExecutablePath: 'host.before',
      PreLaunchParameters: 'host.before',
      PreLaunchTimeoutSeconds: 'host.before',
      PreLaunchIgnoreFailure: '~host.before',
      PostStopExecutablePath: 'host.after',
      PostStopParameters: 'host.after',
    });
    const listed = Object.keys(outcomes(plan)).map((setting) => setting.split(' ')[0]);
    expect(Object.keys(ALL).filter((name) => !listed.includes(name))).toEqual([]);
    expect(plan.spec).toEqual({
      name: 'Orders',
      displayName: 'Orders & more',
      description: 'Takes orders.',
      startType: 'delayed',
      dependencies: ['Tcpip', 'Dnscache'],
      environment: { PORT: '3000', LIST: 'a;b' },
      program: {
        file: 'C:\\nodejs\\node.exe',
        nodeArgs: ['--enable-source-maps'],
        script: 'C:\\Bestellungen ä\\server.js',
        args: ['--port', '3000'],
      },
      recovery: {
        actions: [
          { type: 'restart', delay: 1_000 },
          { type: 'restart', delay: 10_000 },
          { type: 'runCommand', delay: 0 },
        ],
        command: 'C:\\tools\\failed.exe --to "a b"',
      },
    });
    expect(plan.host).toEqual({
      cwd: 'C:\\Bestellungen ä',
      priority: 'high',
      affinity: [0, 2],
      logging: { dir: 'C:\\logs', maxSize: 10_485_760, interval: 'daily', maxFiles: 1_000 },
      timeouts: { start: 10_000, stop: 5_000 },
      env: { CACHE: '%TEMP%\\x' },
      expandEnv: true,
      before: [{ file: 'C:\\tools\\pre.exe', args: ['-a'], timeout: 60_000 }],
      after: [{ file: 'C:\\tools\\poststop.exe', args: ['-d'] }],
    });
    expect(JSON.stringify(plan)).not.toContain('Pa55w0rd');
    await expectUsable(plan);
  });

  it('in XML gives the same', () => {
    const xml = Object.entries(ALL).map(([name, value]) => `<${name}>${String(value).replace('&', '&amp;')}</${name}>`);
    const root = readXml(`<?xml version="1.0" encoding="utf-8"?><ServiceDto>${xml.join('\n')}</ServiceDto>`, 'x.xml');
    expect(importServy(readServy(root), NO_FILES)).toEqual(read(ALL));
  });

  it.each([
    [{ StartupType: 2 }, { startType: 'auto' }],
    [{ StartupType: 3 }, { startType: 'demand' }],
    [{ StartupType: 4 }, { startType: 'disabled' }],
    [{ EnableHealthMonitoring: true, RecoveryAction: 3 }, { recovery: { actions: [{ type: 'reboot' }] } }],
    [{ RecoveryAction: 1 }, { recovery: { actions: [] } }],
  ])('with %j has %j', async (values, spec) => {
    const plan = read({ ...BASIC, ...values });
    const { recovery } = spec as { readonly recovery?: { readonly actions: readonly object[] } };
    if (recovery) expect(plan.spec.recovery?.actions?.slice(0, 1)).toMatchObject(recovery.actions);
    else expect(plan.spec).toMatchObject(spec);
    await expectUsable(plan);
  });

  it('drops values that make no sense', () => {
    const plan = read({ ...BASIC, StartupType: 9, Priority: 9, CpuAffinity: 'x', StopTimeout: -1, RotationSize: 'x' });
    for (const name of ['StartupType', 'Priority', 'CpuAffinity', 'StopTimeout', 'RotationSize'])
      expect(outcomes(plan)[name]).toBe('dropped');
  });

  it('of a program that is not Node is refused', () => {
    expect(() => read({ Name: 'x', ExecutablePath: 'C:\\x\\java.exe' })).toThrow(
      /java\.exe, which isn't a Node\.js script/,
    );
    expect(() => read({ ExecutablePath: 'node', Parameters: 'a.js' })).toThrow(/a name missing/);
  });
});
