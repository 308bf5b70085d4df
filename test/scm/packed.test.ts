import { readFile, rm, writeFile } from 'node:fs/promises';
import { get } from 'node:http';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openRig } from '../../rig/rig.mjs';
import { packProgram } from '../../src/pack/pack-program.ts';
import { removeService } from '../contract/support/remove-service.ts';
import { stagePackage } from '../support/stage.mjs';
import { layout, projectDir } from '../../rig/lib/layout.mjs';
import { type Ended, runCommand } from './cli-fixtures/run-command.ts';

const RUNNING = 4;
const STOPPED = 1;
const STOP = 1;
const NAME = `winsvc gepackt ä ${process.pid}`;
const PORT = 21_000 + (process.pid % 10_000);

const PROGRAM = `
import { once } from 'node:events';
import express from 'express';
import { closeHttpServer, defineService } from 'winsvc';
const service = defineService({
  name: ${JSON.stringify(NAME)},
  async start(ctx) {
    const server = express().get('/', (_, response) => response.send('answered')).listen(${PORT}, '127.0.0.1');
    await once(server, 'listening');
    ctx.onShutdown('http', () => closeHttpServer(server));
  },
});
await service.run();
`;

let rig: Awaited<ReturnType<typeof openRig>>;
let stage: Awaited<ReturnType<typeof stagePackage>>;
let out: string;
beforeAll(async () => {
  rig = await openRig();
  stage = await stagePackage({
    rig: { modulesDir: process.platform === 'win32' ? projectDir : layout().modulesDir },
    packages: ['express'],
  });
  out = join(stage.dir, '..', `winsvc gepackt äöü ${process.pid}`);
});
afterEach(async () => {
  await removeService(rig.agent, NAME);
  await rm(out, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
});
afterAll(async () => {
  await rig.close();
  await stage.remove();
});

async function pack(entry: string, more: object = {}) {
  return packProgram({
    entry,
    out,
    name: NAME,
    node: rig.nodeExe,
    arch: 'x64',
    packageDir: join(stage.nodeModules, 'winsvc'),
    ...more,
  });
}
/** Runs a batch file of the packed folder; there is no Node in the path. */
const runScript = (name: string, ...args: string[]): Promise<Ended> =>
  runCommand(rig, stage, 'cmd.exe', ['/c', rig.winPath(join(out, name)), ...args]);

const request = (port: number): Promise<string> =>
  new Promise((resolve, reject) => {
    get({ port, host: '127.0.0.1', path: '/' }, (response) => {
      void response
        .setEncoding('utf8')
        .toArray()
        .then((parts) => {
          resolve(parts.join(''));
        }, reject);
    }).on('error', reject);
  });

async function liveAndGo(port: number): Promise<void> {
  const { pid } = await rig.agent.waitFor(NAME, RUNNING, 60_000);
  expect(await request(port)).not.toBe('');
  await rig.agent.control(NAME, STOP);
  expect(await rig.agent.waitFor(NAME, STOPPED, 30_000)).toMatchObject({ win32ExitCode: 0 });
  await rig.agent.waitGone(pid, 30_000);
  expect(await runScript('uninstall.cmd')).toMatchObject({ code: 0 });
  await expect(rig.agent.status(NAME)).rejects.toMatchObject({ code: 1060 });
}

// Each runs several programs of Windows, one after the other.
describe('a packed program', { timeout: 180_000 }, () => {
  it('with a service of its own runs from its folder, without Node or npm', async () => {
    // Wine's SCM gives a service no environment of its own, so the port is in the program.
    const entry = join(stage.dir, 'express ä.mjs');
    await writeFile(entry, PROGRAM);
    const packed = await pack(entry);
    expect(packed.warnings).toEqual([]);
    const { code, stdout, stderr } = await runScript('install.cmd', '--start', 'demand');
    expect(stdout + stderr).toContain(`${NAME} is installed`);
    expect(stdout).not.toContain('hosted.cjs');
    expect(code).toBe(0);
    await liveAndGo(PORT);
  });

  it('that knows nothing of services is hosted', async () => {
    const script = await stage.add('test/scm/hosting-fixtures/web.cjs', 'hosted ä/server.cjs');
    await pack(script);
    const file = join(out, 'service.json');
    const spec = JSON.parse(await readFile(file, 'utf8')) as { program: object };
    await writeFile(file, JSON.stringify({ ...spec, program: { ...spec.program, args: [String(PORT + 1)] } }));
    const { code, stdout, stderr } = await runScript('install.cmd');
    expect(stdout + stderr).toContain('hosted.cjs');
    expect(code).toBe(0);
    await liveAndGo(PORT + 1);
  });
});
