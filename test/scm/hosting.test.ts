import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, get } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRig } from '../../rig/rig.mjs';
import { removeService } from '../contract/support/remove-service.ts';
import { runCommand } from './cli-fixtures/run-command.ts';
import { makeStage, type Stage } from '../contract/support/stage.ts';

const STOPPED = 1;
const RUNNING = 4;
const PAUSED = 7;
const STOP = 1;
const PAUSE = 2;
let rig: Awaited<ReturnType<typeof openRig>>;
let stage: Stage;
const names: string[] = [];

beforeAll(async () => {
  rig = await openRig();
  stage = await makeStage();
});
afterAll(async () => {
  for (const name of names) await removeService(rig.agent, name);
  await rig.close();
  await stage.remove();
});

async function create(name: string, program: string, ...args: string[]): Promise<string> {
  const script = await stage.add(`test/scm/hosting-fixtures/${program}`);
  const host = `--require=${rig.winPath(join(stage.nodeModules, 'winsvc/dist/hosted.cjs'))}`;
  const words = [rig.winPath(rig.nodeExe), host, rig.winPath(script), ...args];
  await rig.agent.create({ name, imagePath: words.map((word) => `"${word}"`).join(' ') });
  names.push(name);
  return name;
}

const request = (port: number, path: string): Promise<string> =>
  new Promise((resolve, reject) => {
    get({ port, host: '127.0.0.1', path }, (response) => {
      void response
        .setEncoding('utf8')
        .toArray()
        .then((parts) => {
          resolve(parts.join(''));
        });
    }).on('error', reject);
  });

const PORT = 20_000 + (process.pid % 10_000);
describe('a program that knows nothing of services', () => {
  it('is RUNNING when it listens, answers what is in flight at the stop, and leaves no process', async () => {
    const name = await create(`winsvc hösted ${process.pid}`, 'web.cjs', String(PORT), 'ä b');
    await rig.agent.start(name);
    await rig.agent.waitFor(name, RUNNING, 30_000);
    const { child } = JSON.parse(await request(PORT, '/child')) as { child: number };
    const slow = request(PORT, '/slow');
    await request(PORT, '/');
    await rig.agent.control(name, STOP);
    expect(await slow).toBe('answered');
    await rig.agent.waitFor(name, STOPPED, 30_000);
    expect(await rig.agent.status(name)).toMatchObject({ win32ExitCode: 0 });
    expect((await rig.agent.waitGone(child, 20_000)).elapsedMs).toBeLessThan(20_000);
  });

  it('that ends by itself has failed, also with code 0', async () => {
    const name = await create(`winsvc hosted exit ${process.pid}`, 'web.cjs', String(PORT));
    await rig.agent.start(name);
    await rig.agent.waitFor(name, RUNNING, 30_000);
    await request(PORT, '/exit').catch(() => undefined);
    await rig.agent.waitFor(name, STOPPED, 30_000);
    expect((await rig.agent.status(name)).win32ExitCode).toBe(1067);
  });

  it('that has nothing to do any more has ended, and failed', async () => {
    const name = await create(`winsvc hosted done ${process.pid}`, 'once.cjs');
    await rig.agent.start(name);
    await rig.agent.waitFor(name, STOPPED, 30_000);
    expect((await rig.agent.status(name)).win32ExitCode).toBe(1067);
  });

  it('whose port is taken never runs', async () => {
    const server = createServer().listen(PORT, '127.0.0.1');
    const name = await create(`winsvc hosted taken ${process.pid}`, 'web.cjs', String(PORT));
    await rig.agent.start(name);
    await rig.agent.waitFor(name, STOPPED, 30_000);
    server.close();
    expect((await rig.agent.status(name)).win32ExitCode).toBe(1064);
  });

  it('is installed and started by one command, which prints where it listens and logs', async () => {
    const name = `winsvc hosted cli ${process.pid}`;
    names.push(name);
    const script = await stage.add('test/scm/hosting-fixtures/web.cjs', 'Bestellungen ä/server.cjs');
    const cli = rig.winPath(join(stage.nodeModules, 'winsvc/dist/cli/bin.js'));
    const command = [cli, 'install', rig.winPath(script), '--name', name, '--arg', String(PORT), '--now'];
    const { code, stdout, stderr } = await runCommand(rig, stage, rig.nodeExe, command);
    expect(stdout + stderr).toContain(`listens on http://127.0.0.1:${PORT}; logs in `);
    expect(code).toBe(0);
    expect(await request(PORT, '/')).toBe('answered');
    await rig.agent.control(name, STOP);
    await rig.agent.waitFor(name, STOPPED, 30_000);
  });

  it.each(['kill', 'keep'])('is a service of hostModule, with children: %s', async (children) => {
    const name = `winsvc module ${children} ${process.pid}`;
    const port = PORT + (children === 'kill' ? 1 : 2);
    await stage.add('test/scm/hosting-fixtures/web.cjs');
    const script = await stage.add('test/scm/hosting-fixtures/host-module.mjs');
    const words = [rig.winPath(rig.nodeExe), rig.winPath(script), String(port), children];
    await rig.agent.create({ name, imagePath: words.map((word) => `"${word}"`).join(' ') });
    names.push(name);
    await rig.agent.start(name);
    const { pid } = await rig.agent.waitFor(name, RUNNING, 30_000);
    const { child } = JSON.parse(await request(port, '/child')) as { child: number };
    const slow = request(port, '/slow');
    await request(port, '/');
    await rig.agent.control(name, STOP);
    expect(await slow).toBe('answered');
    expect(await rig.agent.waitFor(name, STOPPED, 30_000)).toMatchObject({ win32ExitCode: 0 });
    await rig.agent.waitGone(pid, 30_000);
    // One that still runs can be ended.
    if (children === 'keep') await rig.agent.kill(child);
    await rig.agent.waitGone(child, 30_000);
  });

  it('of TypeScript runs where Node can run it', async () => {
    const folder = join(stage.dir, 'typescript');
    mkdirSync(folder);
    const script = join(folder, 'orders.ts');
    const program = `
      import { createServer } from 'node:http';
      const port: number = ${PORT + 3};
      createServer((_, response) => void response.end('typed' satisfies string)).listen(port, '127.0.0.1');`;
    writeFileSync(script, program);
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    const name = `winsvc hosted ts ${process.pid}`;
    names.push(name);
    const cli = rig.winPath(join(stage.nodeModules, 'winsvc/dist/cli/bin.js'));
    const command = [cli, 'install', rig.winPath(script), '--name', name, '--now'];
    const { code, stdout, stderr } = await runCommand(rig, stage, rig.nodeExe, command);
    expect(stdout + stderr).toContain(`listens on http://127.0.0.1:${PORT + 3}`);
    expect(code).toBe(0);
    expect(await request(PORT + 3, '/')).toBe('typed');
    await rig.agent.control(name, STOP);
    expect(await rig.agent.waitFor(name, STOPPED, 30_000)).toMatchObject({ win32ExitCode: 0 });
  });

  it('that defines a service of its own gets the connection', async () => {
    const name = await create(`winsvc hosted own ${process.pid}`, 'own-service.mjs');
    await rig.agent.start(name);
    await rig.agent.waitFor(name, RUNNING, 30_000);
    await rig.agent.control(name, PAUSE);
    await rig.agent.waitFor(name, PAUSED, 30_000);
    await rig.agent.control(name, STOP);
    await rig.agent.waitFor(name, STOPPED, 30_000);
    expect(await rig.agent.status(name)).toMatchObject({ win32ExitCode: 0 });
  });
});
