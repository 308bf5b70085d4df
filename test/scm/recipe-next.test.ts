// The recipe for Next.js: its build and its command, word for word, on a real SCM.
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { cacheDir } from '../../rig/lib/layout.mjs';
import { openRig } from '../../rig/rig.mjs';
import { freePort, request } from '../../scripts/lib/http.ts';
import { removeService } from '../contract/support/remove-service.ts';
import { makeStage, type Stage } from '../contract/support/stage.ts';
import { commandsOf } from '../support/docs-commands.ts';
import { eventually } from '../support/eventually.ts';
import { ROOT } from '../support/imports.ts';
import { runCommand } from './cli-fixtures/run-command.ts';

const run = promisify(execFile);
const NAME = 'Shop';
const PACKAGES = ['next', 'react', 'react-dom'];

let rig: Awaited<ReturnType<typeof openRig>>;
let stage: Stage;

beforeAll(async () => {
  rig = await openRig({ node: 22 });
  stage = await makeStage();
});
afterEach(() => removeService(rig.agent, NAME));
afterAll(async () => {
  await rig.close();
  await stage.remove();
});

/** Installs and builds the program of test/programs in a folder of the rig's cache, once. Returns the folder. */
async function buildNext(): Promise<string> {
  const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'test/programs/package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  const wanted = PACKAGES.map((name) => `${name}@${dependencies[name] ?? ''}`);
  const dir = join(cacheDir(), 'next', wanted[0]?.replace('@', '-') ?? '');
  const done = join(dir, 'built');
  if (existsSync(done)) return dir;
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(dir, { recursive: true });
  cpSync(join(ROOT, 'test/programs/programs/next-app'), dir, { recursive: true });
  // As the recipe says.
  writeFileSync(join(dir, 'next.config.mjs'), "export default { output: 'standalone' };\n");
  const shell = process.platform === 'win32';
  const install = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline', '--save-exact'];
  await run('npm', [...install, ...wanted], { cwd: dir, shell });
  await run('npx', ['next', 'build'], { cwd: dir, shell, env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1' } });
  writeFileSync(done, '');
  return dir;
}

describe('nextjs.md', () => {
  it(
    'the standalone server runs, answers what is in flight at a stop, and ends with 0',
    { timeout: 600_000 },
    async () => {
      const app = await buildNext();
      const port = await freePort();
      const [command] = commandsOf('docs/recipes/nextjs.md').filter(({ argv }) => argv[0] === 'install');
      expect(command?.argv).toContain('PORT=3000');
      const args = (command?.argv ?? []).map((word) => word.replace('3000', String(port)));
      // Beside the program: on Wine node.exe ends with 9 when it sees --env-file and its script has an umlaut in its path.
      const modules = join(cacheDir(), 'next/node_modules');
      rmSync(modules, { recursive: true, force: true });
      cpSync(stage.nodeModules, modules, { recursive: true });
      const bin = rig.winPath(join(modules, 'winsvc/dist/cli/bin.js'));
      // Wine gives a service no variables of its own.
      const file = join(app, 'shop.env');
      writeFileSync(file, `PORT=${port}\nHOSTNAME=127.0.0.1\n`);
      const variables = process.platform === 'win32' ? [] : ['--env-file', rig.winPath(file)];
      const installed = await runCommand(rig, stage, rig.nodeExe, [bin, ...args, ...variables], app);
      expect(installed.code, installed.stdout + installed.stderr).toBe(0);
      // Next listens before it is prepared.
      await eventually(async () => expect((await request(port, '/')).status).toBe(200), {
        timeout: 60_000,
        interval: 250,
      });
      const slow = request(port, '/slow');
      await eventually(async () => expect((await request(port, '/')).status).toBe(200));
      const stopped = await runCommand(rig, stage, rig.nodeExe, [bin, 'stop', NAME], app);
      expect(stopped.code, stopped.stdout + stopped.stderr).toBe(0);
      expect((await slow).status).toBe(200);
      expect(await rig.agent.status(NAME)).toMatchObject({ state: 1, win32ExitCode: 0 });
    },
  );
});
