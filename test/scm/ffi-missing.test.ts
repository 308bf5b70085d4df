import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openRig } from '../../rig/rig.mjs';
import { refusal } from '../contract/driver.ts';
import { removeService } from '../contract/support/remove-service.ts';
import { makeStage, type Stage } from '../contract/support/stage.ts';

const NAME = `winsvc without koffi ${process.pid}`;
const RUNNING = 4;
const STOPPED = 1;
const STOP = 1;
const PROGRAM = `import { defineService } from 'winsvc';
await defineService({ name: 'Bare', start() {} }).run();
`;

let stage: Stage;
let rig: Awaited<ReturnType<typeof openRig>>;
beforeAll(async () => {
  [stage, rig] = await Promise.all([makeStage(), openRig()]);
  await writeFile(join(stage.dir, 'bare.mjs'), PROGRAM);
});
afterAll(async () => {
  await rig.close();
  await stage.remove();
});

/** Runs the program from a terminal, so to speak. */
async function run(): Promise<{ code: unknown; stderr: string }> {
  const file = join(stage.dir, 'stderr.txt');
  const fd = openSync(file, 'w');
  const child = rig.spawnWin(rig.nodeExe, [rig.winPath(join(stage.dir, 'bare.mjs'))], {
    stdio: ['ignore', 'ignore', fd],
  });
  closeSync(fd);
  const [code] = (await once(child, 'exit')) as [unknown];
  return { code, stderr: readFileSync(file, 'utf8') };
}

describe.each(['koffi', '@koromix'])('without %s in node_modules', (folder) => {
  beforeAll(() => rename(join(stage.nodeModules, folder), join(stage.nodeModules, `hidden ${folder}`)));
  afterAll(() => rename(join(stage.nodeModules, `hidden ${folder}`), join(stage.nodeModules, folder)));
  afterEach(() => removeService(rig.agent, NAME));

  it('the program says what to install', async () => {
    const { code, stderr } = await run();
    expect(code).toBe(1);
    expect(stderr).toContain("code: 'FFI_MISSING'");
    expect(stderr).toContain('npm install koffi');
    expect(stderr).toContain('@koromix/koffi-win32-x64');
  });

  it('the service doesn’t start: 1053, and at once', async () => {
    const imagePath = [rig.nodeExe, join(stage.dir, 'bare.mjs')].map((path) => `"${rig.winPath(path)}"`).join(' ');
    await rig.agent.create({ name: NAME, imagePath });
    const began = performance.now();
    expect(await refusal(rig.agent.start(NAME))).toBe(1053);
    // The SCM waits for 10 s (Wine) or 30 s (Windows) for a process that lives and doesn't connect.
    expect(performance.now() - began).toBeLessThan(8_000);
    expect((await rig.agent.status(NAME)).pid).toBe(0);
  });
});

// What koffi's own build makes. Only koffi's loader finds it there.
it('takes a binary of koffi that is not beside it as a package', async () => {
  const triplet = `win32_${process.platform === 'win32' ? process.arch : 'x64'}`;
  const packaged = join(stage.nodeModules, '@koromix', `koffi-${triplet.replace('_', '-')}`, triplet);
  const built = join(stage.nodeModules, 'koffi', 'build', 'koffi');
  await mkdir(built, { recursive: true });
  await rename(packaged, join(built, triplet));
  try {
    const imagePath = [rig.nodeExe, join(stage.dir, 'bare.mjs')].map((path) => `"${rig.winPath(path)}"`).join(' ');
    await rig.agent.create({ name: NAME, imagePath });
    await rig.agent.start(NAME);
    const { pid } = await rig.agent.waitFor(NAME, RUNNING, 30_000);
    await rig.agent.control(NAME, STOP);
    expect(await rig.agent.waitFor(NAME, STOPPED, 30_000)).toMatchObject({ win32ExitCode: 0 });
    await rig.agent.waitGone(pid, 30_000);
  } finally {
    await removeService(rig.agent, NAME);
    await rename(join(built, triplet), packaged);
  }
});
