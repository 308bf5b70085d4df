/**
 * `npm run docs:recording`: runs the first hour of README.md on the real SCM of the rig (Wine, Linux only) and draws what
 * the terminal shows as docs/images/first-hour.svg. `npm install` takes the package as it is built here.
 */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { layout } from '../rig/lib/layout.mjs';
import { openRig } from '../rig/rig.mjs';
import { stagePackage } from '../test/support/stage.mjs';
import { removeDemoService } from './lib/real-demo-scm.ts';
import { drawTerminal, type Shown } from './lib/draw-terminal.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('..', import.meta.url));
const SERVICE = 'orders';

await using rig = await openRig({ node: 22 });
const stage = await stagePackage({ rig });
const drive = join(layout().prefix, 'drive_c');
const projects = join(drive, 'projects');
const program = join(drive, 'Program Files/nodejs');
const logs = join(drive, 'ProgramData', SERVICE);
const out = join(stage.dir, 'output');
const shown: Shown[] = [];

/** Runs a command of winsvc as npx does, and keeps what it printed. */
async function winsvc(folder: string, bin: string, ...args: string[]): Promise<void> {
  const fd = openSync(out, 'w');
  const env = { npm_command: 'exec', npm_config_user_agent: 'npm/11', FORCE_COLOR: '1' };
  const child = rig.spawnWin(join(program, 'node.exe'), [bin, ...args], {
    cwd: folder,
    stdio: ['ignore', fd, fd],
    env,
  });
  closeSync(fd);
  const [code] = (await once(child, 'exit')) as [number];
  const output = readFileSync(out, 'utf8');
  if (code !== 0) throw new Error(`winsvc ${args.join(' ')} ended with ${code}:\n${output}`);
  shown.push({
    folder: folder.slice(drive.length).replaceAll('/', '\\'),
    command: `npx winsvc ${args.join(' ')}`,
    output,
  });
}

try {
  mkdirSync(projects, { recursive: true });
  mkdirSync(program, { recursive: true });
  await cp(rig.nodeExe, join(program, 'node.exe'));
  const packed = join(stage.nodeModules, 'winsvc');
  for (const file of ['examples', 'README.md', 'LICENSE', 'CHANGELOG.md'])
    await cp(join(root, file), join(packed, file), { recursive: true });
  await run('npm', ['pack', '--ignore-scripts', '--pack-destination', stage.dir], { cwd: packed });
  const tarball = readdirSync(stage.dir).find((name) => name.endsWith('.tgz')) ?? '';

  await winsvc(projects, rig.winPath(join(packed, 'dist/cli/bin.js')), 'init', SERVICE);
  const folder = join(projects, SERVICE);
  shown.push({ folder: '\\projects', command: `cd ${SERVICE}`, output: '' });
  const install = ['install', '--os=win32', '--cpu=x64', '--no-audit', '--no-fund', join(stage.dir, tarball)];
  const { stdout } = await run('npm', install, { cwd: folder });
  shown.push({ folder: `\\projects\\${SERVICE}`, command: 'npm install', output: stdout });
  const bin = 'node_modules\\winsvc\\dist\\cli\\bin.js';
  for (const args of [
    ['install', 'service.js', '--now'],
    ['status', SERVICE],
    ['logs', SERVICE],
    ['stop', SERVICE],
  ])
    await winsvc(folder, bin, ...args);
  await writeFile(join(root, 'docs/images/first-hour.svg'), drawTerminal(shown));
  process.stdout.write(shown.map(({ folder: at, command, output }) => `C:${at}> ${command}\n${output}`).join(''));
} finally {
  await removeDemoService(rig.agent, SERVICE);
  for (const at of [projects, program, logs]) rmSync(at, { recursive: true, force: true });
  await stage.remove();
}
