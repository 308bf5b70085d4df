import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRig } from '../../rig/rig.mjs';
import { makeStage, type Stage } from '../contract/support/stage.ts';
import { removeService } from '../contract/support/remove-service.ts';
import { type Ended, runCommand } from './cli-fixtures/run-command.ts';

/** Of the fixture. */
const OWN = 'winsvc cli Prüfung 東京';
const PLAIN = 'winsvc-cli-plain';
const NATIVE = 'winsvc-cli-native';

let rig: Awaited<ReturnType<typeof openRig>>;
let stage: Stage;

beforeAll(async () => {
  rig = await openRig();
  stage = await makeStage({ 'own-service': 'test/scm/cli-fixtures/own-service.ts' });
  await clean();
});
afterAll(async () => {
  await clean();
  await rig.close();
  await stage.remove();
});

async function clean(): Promise<void> {
  for (const name of [OWN, PLAIN, NATIVE]) await removeService(rig.agent, name);
}

const script = (): string => rig.winPath(join(stage.dir, 'own-service.mjs'));
/** The verb of the program with the service. */
const own = (...args: string[]): Promise<Ended> => runCommand(rig, stage, rig.nodeExe, [script(), ...args]);
/** The packed command line. */
const winsvc = (...args: string[]): Promise<Ended> =>
  runCommand(rig, stage, rig.nodeExe, [rig.winPath(join(stage.nodeModules, 'winsvc/dist/cli/bin.js')), ...args]);
/** The program that the package names as its command, which runs two verbs by itself. */
const packed = (...args: string[]): Promise<Ended> =>
  runCommand(rig, stage, rig.nodeExe, [rig.winPath(join(stage.nodeModules, 'winsvc/dist/cli/winsvc.cjs')), ...args]);
const parse = ({ stdout }: Ended): Record<string, unknown> => JSON.parse(stdout) as Record<string, unknown>;

describe('the program of the package', () => {
  it.each([
    [['--version']],
    [['status', 'EventLog']],
    [['status', 'EventLog', '--json']],
    [['status', 'eventlog', '--expect', 'RUNNING']],
    [['status', 'EventLog', '--expect', 'paused']],
    [['status', 'EventLog', '--expect', 'runing']],
    [['status', 'no such service 東京']],
    [['status', 'no such service', '--json']],
    [['status']],
    [['status', 'EventLog', '--jsno']],
    [['list', 'EventLog', '--json']],
  ])('%j: answers as the whole command line does', async (words) => {
    const [quick, whole] = [await packed(...words), await winsvc(...words)];
    const named = (text: string): string => text.replaceAll('winsvc.cjs', 'bin.js');
    expect({ ...quick, stdout: named(quick.stdout), stderr: named(quick.stderr) }).toEqual(whole);
  });
});

describe('winsvc on a real SCM', () => {
  it('takes a service through its whole life', async () => {
    const installed = await own('install', '--depends', 'RpcSs');
    expect(installed).toMatchObject({ code: 0, stdout: expect.stringContaining(`${OWN} is installed:`) as string });

    const stopped = await winsvc('status', OWN);
    expect(stopped).toMatchObject({ code: 0, stderr: '' });
    expect(stopped.stdout).toMatch(/^Service: winsvc cli Prüfung 東京\nDisplay name: winsvc 命令行\nState: stopped\n/);

    const started = await winsvc('start', OWN, '--', '--trocken', 'zwei Wörter');
    expect(started.code).toBe(0);
    expect(started.stdout).toMatch(/ is running \(PID \d+\), after /);
    // The SCM's arguments are the service's, and the command line has the verb that runs it.
    expect(JSON.parse(readFileSync(join(stage.dir, 'seen.json'), 'utf8'))).toEqual({
      args: ['--trocken', 'zwei Wörter'],
      argv: ['run'],
    });

    expect(parse(await winsvc('status', OWN, '--json'))).toMatchObject({
      service: OWN,
      state: 'running',
      pid: expect.any(Number) as number,
      accepts: ['stop', 'pauseContinue', 'shutdown'],
    });
    expect(await winsvc('command', OWN, '200')).toMatchObject({ code: 0 });
    expect(await own('command', 'rotateLogs')).toMatchObject({ code: 0 });
    expect((await own('pause')).stdout).toContain('is paused');
    expect((await own('resume')).stdout).toContain('is running');

    const watched = await winsvc('watch', OWN, '--until', 'running', '--json');
    expect(watched).toMatchObject({ code: 0 });
    expect(
      watched.stdout
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as { state: string }).state),
    ).toEqual(['running']);

    expect(await winsvc('stop', OWN)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('is stopped') as string,
    });
    expect(await winsvc('status', OWN, '--expect', 'running')).toMatchObject({ code: 3 });

    const failed = await winsvc('start', OWN, 'fail');
    expect(failed.code).toBe(3);
    expect(failed.stderr).toContain('it stopped with');
    expect(await winsvc('doctor', OWN)).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/^FAIL +last-exit .*1064 ERROR_EXCEPTION_IN_SERVICE/m) as string,
    });
    expect(await winsvc('uninstall', OWN)).toMatchObject({ code: 0, stdout: `${OWN} is uninstalled\n` });
    expect(await winsvc('status', OWN)).toMatchObject({ code: 1 });
  });

  it('ensures a spec twice, and the second time there is nothing to do', async () => {
    const spec = join(stage.dir, 'spec.json');
    writeFileSync(
      spec,
      JSON.stringify({
        name: PLAIN,
        displayName: 'Schlicht',
        description: 'naïve ☃',
        startType: 'demand',
        program: { script: 'own-service.mjs', args: ['keine', 'Befehle'] },
        environment: { A: 'ä b', B: '' },
      }),
    );
    const ensure = (...args: string[]): Promise<Ended> => winsvc('ensure', rig.winPath(spec), ...args);
    expect((await ensure('--plan')).stdout).toContain(`${PLAIN} would be installed:`);
    expect(await winsvc('status', PLAIN)).toMatchObject({ code: 1 });
    expect((await ensure()).stdout).toContain(`${PLAIN} is installed:`);
    expect(await ensure('--check')).toMatchObject({ code: 0, stdout: `${PLAIN} is up to date\n` });

    expect(await winsvc('config', 'set', PLAIN, '--description', 'other', '--env', 'A=1')).toMatchObject({ code: 0 });
    expect(await winsvc('config', 'get', PLAIN, 'description')).toMatchObject({ code: 0, stdout: 'other\n' });
    const drift = await ensure('--check', '--json');
    expect(drift.code).toBe(3);
    expect((parse(drift)['changes'] as { setting: string }[]).map(({ setting }) => setting).sort()).toEqual([
      'description',
      'environment',
    ]);
    expect(await ensure()).toMatchObject({ code: 0 });
    expect(await ensure('--plan')).toMatchObject({ stdout: `${PLAIN} is up to date\n` });

    const exported = join(stage.dir, 'export.json');
    writeFileSync(exported, (await winsvc('config', 'get', PLAIN, '--spec')).stdout);
    expect(await winsvc('ensure', rig.winPath(exported), '--check')).toMatchObject({ code: 0 });
  });

  it('an installed service is found by its script, and is one that doctor can look at', async () => {
    const { code, stdout } = await winsvc('doctor', script(), '--all', '--json');
    const { service, findings } = JSON.parse(stdout) as {
      service: string;
      findings: { check: string; outcome: string }[];
    };
    expect(service).toBe(PLAIN);
    const outcomes = Object.fromEntries(findings.map(({ check, outcome }) => [check, outcome]));
    expect(outcomes).toMatchObject({
      'image-path': 'ok',
      program: 'ok',
      architecture: 'ok',
      script: 'ok',
      koffi: 'ok',
      'event-source': 'ok',
    });
    expect(code).toBe(0);
  });

  it.runIf(process.platform !== 'win32')('sees what sc made, and sc sees what it made', async () => {
    const sc = (...args: string[]): Promise<Ended> => runCommand(rig, stage, 'sc', args);
    expect((await sc('query', PLAIN)).stdout).toMatch(/STATE +: 1 +STOPPED/);
    expect(
      await sc('create', NATIVE, 'binPath=', 'C:\\Program Files\\old tool\\tool.exe -x', 'start=', 'demand'),
    ).toMatchObject({ code: 0 });
    expect((await winsvc('list', 'winsvc-cli')).stdout.match(/^\S+/gm)).toEqual([NATIVE, PLAIN]);
    expect(await winsvc('doctor', NATIVE)).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/^FAIL +image-path .*no quotes/m) as string,
    });
    expect((await winsvc('start', NATIVE)).code).toBe(1);
    expect(await winsvc('uninstall', NATIVE)).toMatchObject({ code: 0 });
    expect((await sc('query', NATIVE)).code).not.toBe(0);
  });

  it('says what to do when there is no such service', async () => {
    const { code, stderr } = await winsvc('start', 'winsvc-cli-plan');
    expect(code).toBe(1);
    expect(stderr).toContain('1060 ERROR_SERVICE_DOES_NOT_EXIST');
    expect(stderr).toContain(`Did you mean ${PLAIN}?`);
    const json = parse(await winsvc('stop', 'nowhere', '--json'));
    expect(json).toMatchObject({ error: { win32Code: 1060 } });
  });

  it('a service whose arguments are no verbs runs all the same', async () => {
    expect(await winsvc('start', PLAIN)).toMatchObject({ code: 0 });
    expect(await winsvc('stop', PLAIN)).toMatchObject({ code: 0 });
    expect(await winsvc('uninstall', PLAIN)).toMatchObject({ code: 0 });
    expect(await winsvc('uninstall', PLAIN, '--missing-ok')).toMatchObject({ code: 0 });
  });

  it('runs nothing for a wrong command line', async () => {
    expect(await winsvc('strat')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Did you mean start?') as string,
    });
    expect(await own('instal')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Did you mean install?') as string,
    });
  });
});
