import { chmod, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { get } from 'node:http';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { layout, projectDir } from '../../rig/lib/layout.mjs';
import { openRig } from '../../rig/rig.mjs';
import { packProgram } from '../../src/pack/pack-program.ts';
import { removeService } from '../contract/support/remove-service.ts';
import { stagePackage } from '../support/stage.mjs';
import { type Ended, runCommand } from './cli-fixtures/run-command.ts';

const RUNNING = 4;
const STOPPED = 1;
const NAME = `winsvc-sea-${process.pid}`;
const PORT = 23_000 + (process.pid % 10_000);

/** Programs of each kind. All answer with their arguments, and with what only Node knows of the main module. */
const PROGRAMS = {
  'that knows nothing of services is hosted': {
    file: 'web.cjs',
    host: true,
    text: `
      const http = require('node:http');
      console.log('a line of the log');
      const facts = JSON.stringify({ args: process.argv.slice(2), isMain: require.main === module, dir: __dirname });
      http.createServer((_, response) => response.end(facts)).listen(${PORT}, '127.0.0.1');`,
  },
  'that knows nothing of services, with a top-level await': {
    file: 'web.mjs',
    host: true,
    text: `
      import { createServer } from 'node:http';
      import { setTimeout } from 'node:timers/promises';
      await setTimeout(10);
      const facts = JSON.stringify({ args: process.argv.slice(2), isMain: true, dir: import.meta.dirname });
      createServer((_, response) => response.end(facts)).listen(${PORT}, '127.0.0.1');`,
  },
  'that runs a service of its own': {
    file: 'own.mjs',
    host: false,
    text: `
      import { once } from 'node:events';
      import express from 'express';
      import { closeHttpServer, defineService } from 'winsvc';
      const service = defineService({
        name: ${JSON.stringify(NAME)},
        async start(ctx) {
          const facts = { args: process.argv.slice(2), isMain: true, dir: import.meta.dirname };
          const server = express().get('/', (_, response) => response.json(facts)).listen(${PORT}, '127.0.0.1');
          await once(server, 'listening');
          ctx.onShutdown('http', () => closeHttpServer(server));
        },
        on: { sessionChange() {} },
        // Less usual, so the schemas of the options are loaded too.
        hang: { timeout: '1m' },
      });
      await service.run();`,
  },
  'that has the verbs itself': {
    file: 'verbs.cjs',
    host: false,
    text: `
      const { once } = require('node:events');
      const { createServer } = require('node:http');
      const { closeHttpServer, defineService } = require('winsvc');
      defineService({
        name: ${JSON.stringify(NAME)},
        async start(ctx) {
          const facts = JSON.stringify({ args: process.argv.slice(2).filter((arg) => arg !== 'run'), isMain: require.main === module, dir: __dirname });
          const server = createServer((_, response) => response.end(facts)).listen(${PORT}, '127.0.0.1');
          await once(server, 'listening');
          ctx.onShutdown('http', () => closeHttpServer(server));
        },
      }).runCli();`,
  },
} as const;

let rig: Awaited<ReturnType<typeof openRig>>;
let stage: Awaited<ReturnType<typeof stagePackage>>;
let out: string;
let seaNode: string | undefined;
beforeAll(async () => {
  rig = await openRig();
  stage = await stagePackage({
    rig: { modulesDir: process.platform === 'win32' ? projectDir : layout().modulesDir },
    packages: ['express'],
  });
  out = join(stage.dir, '..', `winsvc eine Datei äöü ${process.pid}`);
  if (rig.kind === 'wine') {
    // The node.exe itself, as on Windows.
    seaNode = join(stage.dir, 'node.sh');
    const { programs, prefix } = layout();
    const command = `WINEPREFIX="${prefix}" WINEDEBUG=-all exec "${programs.wine}" "${rig.nodeExe}" "$@"`;
    await writeFile(seaNode, `#!/bin/sh\n${command}\n`);
    await chmod(seaNode, 0o755);
  }
});
afterEach(async () => {
  await removeService(rig.agent, NAME);
  await rm(out, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
});
afterAll(async () => {
  await rig.close();
  await stage.remove();
});

async function pack(file: string, text: string, more: object = {}) {
  const entry = join(stage.dir, file);
  await writeFile(entry, text);
  const packageDir = join(stage.nodeModules, 'winsvc');
  return packProgram({
    entry,
    out,
    name: NAME,
    node: rig.nodeExe,
    arch: 'x64',
    packageDir,
    sea: true,
    seaNode,
    ...more,
  });
}

const run = (args: readonly string[], env?: Record<string, string>): Promise<Ended> =>
  runCommand(rig, stage, rig.winPath(join(out, `${NAME}.exe`)), args, out, env);

const request = (): Promise<string> =>
  new Promise((resolve, reject) => {
    get({ port: PORT, host: '127.0.0.1' }, (response) => {
      response
        .setEncoding('utf8')
        .toArray()
        .then((parts) => resolve(parts.join('')), reject);
    }).on('error', reject);
  });

// Each makes an exe and runs several programs of Windows, one after the other.
describe('one exe', { timeout: 180_000 }, () => {
  it.each(Object.entries(PROGRAMS))(
    'of a program %s installs itself, runs, stops, and removes itself',
    async (_, program) => {
      const { files, exe, warnings } = await pack(program.file, program.text);
      expect(warnings).toEqual([]);
      expect(files.map(({ path }) => path).sort()).toEqual([`${NAME}.exe`, 'winsvc-pack.json'].sort());
      expect(exe).toBe(`${NAME}.exe`);
      const installed = await run(['install', '--start', 'demand', '--now', '--arg', 'a b', '--arg=--stop']);
      expect(installed).toMatchObject({ code: 0 });
      expect(installed.stdout).toContain(`${NAME} is running`);
      if (program.host) expect(installed.stdout).toContain(`listens on http://127.0.0.1:${PORT}`);
      const { imagePath } = await rig.agent.config(NAME);
      expect(imagePath).toBe(`"${rig.winPath(join(out, `${NAME}.exe`))}" run "a b" --stop`);
      const { pid } = await rig.agent.waitFor(NAME, RUNNING, 60_000);
      expect(JSON.parse(await request())).toEqual({ args: ['a b', '--stop'], isMain: true, dir: rig.winPath(out) });
      expect(await run(['stop'])).toMatchObject({ code: 0 });
      expect(await rig.agent.status(NAME)).toMatchObject({ state: STOPPED, win32ExitCode: 0 });
      await rig.agent.waitGone(pid, 30_000);
      expect(await run(['uninstall'])).toMatchObject({ code: 0 });
      await expect(rig.agent.status(NAME)).rejects.toMatchObject({ code: 1060 });
    },
  );

  it('runs in a terminal too, with the arguments behind "run"', async () => {
    await pack('once.cjs', `console.log(JSON.stringify([process.argv.slice(2), require.main === module]));`);
    expect((await run(['run', 'install', 'b'])).stdout.trim()).toBe('[["install","b"],true]');
    expect((await run(['--port', '1'])).stdout.trim()).toBe('[["--port","1"],true]');
  });

  it('an error of the program is that of the program, with its place', async () => {
    await pack('throws.cjs', `function load() { throw new Error('no database'); }\nload();`);
    const { code, stderr } = await run([]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/no database[\s\S]*at load .*app\.cjs:\d+/);
  });

  it('takes no code from NODE_OPTIONS', async () => {
    await pack('plain.cjs', `console.log('the program');`);
    const evil = join(stage.dir, 'evil.cjs');
    await writeFile(evil, `console.log('injected');`);
    const env = { NODE_OPTIONS: `--require=${JSON.stringify(rig.winPath(evil))}` };
    expect((await runCommand(rig, stage, rig.nodeExe, ['-e', '0'], out, env)).stdout).toContain('injected');
    const { stdout } = await run([], env);
    expect(stdout).toContain('the program');
    expect(stdout).not.toContain('injected');
  });

  it('trusts no koffi.node that is there already, and puts its own in its place', async () => {
    await pack('web.cjs', PROGRAMS['that knows nothing of services is hosted'].text);
    // No service of this name: koffi was loaded, from %ProgramFiles%.
    expect((await run(['status'])).stderr).toContain('ERROR_SERVICE_DOES_NOT_EXIST');
    const drive = rig.kind === 'wine' ? join(layout().prefix, 'drive_c') : 'C:\\';
    const folder = join(drive, 'Program Files', 'winsvc', 'files');
    const copies = (await readdir(folder, { recursive: true })).filter((path) => path.endsWith('koffi.node'));
    const contents = await Promise.all(copies.map((path) => readFile(join(folder, path))));
    expect(copies).not.toEqual([]);
    for (const path of copies) await writeFile(join(folder, path), 'not koffi');
    expect((await run(['status'])).stderr).toContain('ERROR_SERVICE_DOES_NOT_EXIST');
    const after = await Promise.all(copies.map((path) => readFile(join(folder, path), 'latin1')));
    expect(after.filter((content) => content !== 'not koffi')).toHaveLength(1);
    for (const [i, path] of copies.entries()) await writeFile(join(folder, path), contents[i] ?? '');
  });

  it('warns of a program that starts Node again', async () => {
    const { warnings } = await pack('forks.cjs', `require('node:child_process').fork(__filename);`);
    expect(warnings).toEqual([expect.stringContaining('in one exe these start the program again')]);
  });

  it('needs Node 22, and the same version to make it', async () => {
    const old = join(layout().cache, 'node-20.20.2', 'node.exe');
    await expect(pack('old.cjs', '', { node: old })).rejects.toThrow(
      /--sea needs Node 22 or later, and .* is 20\.20\.2/,
    );
    const other = pack('other.cjs', '', { seaNode: process.execPath });
    if (process.versions.node !== '22.23.3')
      await expect(other).rejects.toThrow(/same version of Node.*22\.23\.3.*--sea-node/);
    await expect(readdir(out)).rejects.toThrow('ENOENT');
  });
});
