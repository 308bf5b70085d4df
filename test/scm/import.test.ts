import { get } from 'node:http';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openRig } from '../../rig/rig.mjs';
import { makeStage, type Stage } from '../contract/support/stage.ts';
import { removeService } from '../contract/support/remove-service.ts';
import { type Ended, runCommand, startCommand } from './cli-fixtures/run-command.ts';

const RUNNING = 4;
const STOPPED = 1;
const NAME = `winsvc Umzug ä ${process.pid}`;
const PORT = 22_000 + (process.pid % 10_000);

let rig: Awaited<ReturnType<typeof openRig>>;
let stage: Stage;
/** Takes the place of the wrapper: a service whose settings are in the registry. */
let oldImage: string;
beforeAll(async () => {
  rig = await openRig();
  stage = await makeStage();
  const host = join(stage.nodeModules, 'winsvc/dist/hosted.cjs');
  const script = await stage.add('test/scm/hosting-fixtures/web.cjs', 'old/web.cjs');
  oldImage = [rig.nodeExe, `--require=${host}`, script]
    .map((path) => (path.startsWith('--require=') ? `"--require=${rig.winPath(host)}"` : `"${rig.winPath(path)}"`))
    .concat(String(PORT))
    .join(' ');
});
afterEach(() => removeService(rig.agent, NAME));
afterAll(async () => {
  await rig.close();
  await stage.remove();
});

const winsvc = (...args: string[]): Promise<Ended> =>
  runCommand(rig, stage, rig.nodeExe, [rig.winPath(join(stage.nodeModules, 'winsvc/dist/cli/bin.js')), ...args]);
const reg = (...args: string[]): Promise<Ended> => runCommand(rig, stage, 'reg.exe', args);
const KEY = `HKLM\\SYSTEM\\CurrentControlSet\\Services\\${NAME}\\Parameters`;

/** Settings as NSSM has them. */
async function createOld(script: string): Promise<void> {
  await rig.agent.create({ name: NAME, imagePath: oldImage });
  const values = [
    ['Application', 'REG_EXPAND_SZ', rig.winPath(rig.nodeExe)],
    ['AppParameters', 'REG_SZ', `server.cjs ${PORT}`],
    ['AppDirectory', 'REG_EXPAND_SZ', rig.winPath(join(script, '..'))],
    ['AppEnvironmentExtra', 'REG_MULTI_SZ', 'UMZUG=ja\\0B=ä'],
    ['AppStopMethodConsole', 'REG_DWORD', '9000'],
  ] as const;
  for (const [name, type, data] of values) {
    const { code, stderr } = await reg('add', KEY, '/v', name, '/t', type, '/d', data, '/f');
    expect(stderr + String(code)).toBe('0');
  }
  await rig.agent.start(NAME);
  await rig.agent.waitFor(NAME, RUNNING, 60_000);
}

const request = (): Promise<string> =>
  new Promise((resolve, reject) => {
    get({ port: PORT, host: '127.0.0.1', path: '/' }, (response) => {
      void response
        .setEncoding('utf8')
        .toArray()
        .then((parts) => {
          resolve(parts.join(''));
        }, reject);
    }).on('error', reject);
  });

// Each runs several programs of Windows, one after the other.
describe('a service of NSSM on the real SCM', { timeout: 180_000 }, () => {
  it('is read from the registry, and replaced under the same name', async () => {
    await createOld(await stage.add('test/scm/hosting-fixtures/web.cjs', 'neu ä/server.cjs'));
    const read = await winsvc('import', NAME, '--json');
    expect(read.code).toBe(0);
    expect(JSON.parse(read.stdout)).toMatchObject({
      services: [
        {
          from: 'nssm',
          spec: { name: NAME, environment: { UMZUG: 'ja', B: 'ä' }, program: { args: [String(PORT)] } },
          host: { timeouts: { stop: 9_000 } },
        },
      ],
    });
    const applied = await winsvc('import', NAME, '--apply', '--timeout', '2m');
    expect(applied.stdout + applied.stderr).toContain(`${NAME} is replaced: it is running`);
    expect(applied.code).toBe(0);
    expect(await request()).toBe('answered');
    const { imagePath } = JSON.parse((await winsvc('config', 'get', NAME, '--json')).stdout) as { imagePath: string };
    expect(imagePath).toContain('server.cjs');
    // The settings of the old tool stay.
    expect((await reg('query', KEY, '/v', 'AppParameters')).stdout).toContain('server.cjs');
    const { pid } = await rig.agent.status(NAME);
    await rig.agent.control(NAME, 1);
    await rig.agent.waitGone(pid, 30_000);
  });

  it('is replaced by the next run, when the first one was killed', async () => {
    await createOld(await stage.add('test/scm/hosting-fixtures/web.cjs', 'halb ä/server.cjs'));
    const cli = rig.winPath(join(stage.nodeModules, 'winsvc/dist/cli/bin.js'));
    const first = startCommand(rig, stage, rig.nodeExe, [cli, 'import', NAME, '--apply', '--timeout', '2m']);
    // The old one is gone, and what comes next is not known.
    await rig.agent.waitFor(NAME, STOPPED, 60_000);
    first.kill();
    await first.ended;
    const read = await winsvc('import', NAME);
    expect(read.stderr).toContain('was interrupted. With --apply it is finished.');
    expect(read.stdout).toContain('a service of nssm');
    const applied = await winsvc('import', NAME, '--apply', '--timeout', '2m');
    expect(applied.stdout + applied.stderr).toContain(`${NAME} is replaced: it is running`);
    expect(await request()).toBe('answered');
    expect((await winsvc('import', NAME)).stderr).not.toContain('interrupted');
    const { pid } = await rig.agent.status(NAME);
    await rig.agent.control(NAME, 1);
    await rig.agent.waitGone(pid, 30_000);
  });

  it('is back, as it was, when the new one does not run', async () => {
    const script = await stage.add('test/scm/hosting-fixtures/throws.cjs', 'kaputt/server.cjs');
    await createOld(script);
    const config = async (): Promise<unknown> =>
      JSON.parse((await winsvc('config', 'get', NAME, '--json')).stdout) as unknown;
    const before = await config();
    const applied = await winsvc('import', NAME, '--apply', '--timeout', '2m');
    expect(applied.stderr).toMatch(
      /was not replaced: the new service did not run\..*The old service is back, and runs/s,
    );
    expect(applied.code).toBe(1);
    expect(await config()).toEqual(before);
    await rig.agent.waitFor(NAME, RUNNING, 1_000);
    expect(await request()).toBe('answered');
  });
});
