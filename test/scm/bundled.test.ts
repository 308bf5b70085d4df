import { once } from 'node:events';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { cp, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import { build as esbuild } from 'esbuild';
import { rollup } from 'rollup';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import webpack from 'webpack';
import { openRig } from '../../rig/rig.mjs';
import { removeService } from '../contract/support/remove-service.ts';
import { makeStage, type Stage } from '../contract/support/stage.ts';
import { peers } from '../support/package.ts';

const NAME = 'winsvc bundled Prüfung';
const RUNNING = 4;
const STOPPED = 1;
const STOP = 1;
/** Native code, and optional packages that the program doesn't use. */
const EXTERNAL = ['koffi', 'ffi-rs', ...peers];
/** A service that uses the host thread, and the notification thread of a manager. */
const PROGRAM = `
import { writeFileSync } from 'node:fs';
import { defineService } from 'winsvc';
import { openServiceManager } from 'winsvc/manager';
defineService({
  name: ${JSON.stringify(NAME)},
  logging: false,
  eventLog: false,
  async start(ctx) {
    const scm = await openServiceManager().catch((error) => {
      writeFileSync(process.argv[2], String(error.stack));
      throw error;
    });
    for await (const { state } of scm.service(${JSON.stringify(NAME)}).watch({ signal: ctx.signal })) {
      writeFileSync(process.argv[2], state);
      break;
    }
    await scm.close();
  },
}).run();
`;

let stage: Stage;
let rig: Awaited<ReturnType<typeof openRig>>;
let input: string;
beforeAll(async () => {
  [stage, rig] = await Promise.all([makeStage(), openRig()]);
  input = join(stage.dir, 'program.mjs');
  await writeFile(input, PROGRAM);
});
afterAll(async () => {
  await rig.close();
  await stage.remove();
});
afterEach(() => removeService(rig.agent, NAME));

type Bundle = (file: string) => Promise<unknown>;
const bundleBy = (format: 'esm' | 'cjs'): Bundle => {
  return (outfile) =>
    esbuild({
      entryPoints: [input],
      bundle: true,
      platform: 'node',
      format,
      outfile,
      external: EXTERNAL,
      logLevel: 'error',
    });
};
const byRollup: Bundle = async (file) => {
  const bundle = await rollup({ input, external: EXTERNAL, plugins: [nodeResolve()], onwarn: () => undefined });
  await bundle.write({ file, format: 'esm', inlineDynamicImports: true });
};
const byWebpack: Bundle = async (file) => {
  const compiler = webpack({
    mode: 'production',
    target: 'node20',
    entry: input,
    output: { path: join(file, '..'), filename: 'bundle.cjs', library: { type: 'commonjs2' } },
    optimization: { splitChunks: false, minimize: false },
    externals: Object.fromEntries(EXTERNAL.map((name) => [name, `commonjs2 ${name}`])),
  });
  const stats = await new Promise<webpack.Stats | undefined>((resolve, reject) => {
    compiler.run((error, result) => {
      if (error) reject(error);
      else resolve(result);
    });
  });
  if (stats?.hasErrors()) throw new Error(stats.toString());
};

/** A folder as it is deployed: the bundle, koffi, and the files of winsvc that no bundler takes along. */
async function deploy(name: string, file: string, bundle: Bundle, files: boolean): Promise<string> {
  const folder = join(stage.dir, '..', `winsvc bundle ${name} ${process.pid}`);
  await rm(folder, { recursive: true, force: true });
  await mkdir(join(folder, 'node_modules'), { recursive: true });
  await bundle(join(folder, file));
  for (const native of ['koffi', '@koromix'])
    await cp(join(stage.nodeModules, native), join(folder, 'node_modules', native), { recursive: true });
  if (files) {
    const dist = join(stage.nodeModules, 'winsvc', 'dist');
    for (const own of await readdir(dist))
      if (/\.cjs$|winsvc-messages\.dll$/.test(own)) await cp(join(dist, own), join(folder, own));
  }
  return folder;
}

describe.each([
  ['esbuild, ESM', 'bundle.mjs', bundleBy('esm')],
  ['esbuild, CommonJS', 'bundle.cjs', bundleBy('cjs')],
  ['rollup', 'bundle.mjs', byRollup],
  ['webpack', 'bundle.cjs', byWebpack],
])('a program bundled by %s', (name, file, bundle) => {
  it('runs as a service, with the files of winsvc beside it', async () => {
    const folder = await deploy(name, file, bundle, true);
    try {
      const out = join(folder, 'state.txt');
      const imagePath = [rig.nodeExe, join(folder, file), out].map((path) => `"${rig.winPath(path)}"`).join(' ');
      await rig.agent.create({ name: NAME, imagePath });
      await rig.agent.start(NAME);
      // The state that the manager saw, or why it saw none.
      await expect.poll(() => existsSync(out) && readFileSync(out, 'utf8'), { timeout: 30_000 }).toBe('startPending');
      const { pid } = await rig.agent.waitFor(NAME, RUNNING, 30_000);
      await rig.agent.control(NAME, STOP);
      expect(await rig.agent.waitFor(NAME, STOPPED, 30_000)).toMatchObject({ win32ExitCode: 0 });
      await rig.agent.waitGone(pid, 30_000);
    } finally {
      await removeService(rig.agent, NAME);
      await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    }
  });
});

it('a bundle without these files says which one is missing, and where it is', async () => {
  const folder = await deploy('bare', 'bundle.mjs', bundleBy('esm'), false);
  try {
    const errors = join(folder, 'stderr.txt');
    const fd = openSync(errors, 'w');
    const child = rig.spawnWin(rig.nodeExe, [rig.winPath(join(folder, 'bundle.mjs'))], {
      stdio: ['ignore', 'ignore', fd],
    });
    closeSync(fd);
    const [code] = (await once(child, 'exit')) as [number];
    expect(code).toBe(1);
    expect(readFileSync(errors, 'utf8')).toMatch(/host-thread\.cjs of winsvc is missing.*node_modules\/winsvc\/dist/s);
    expect(existsSync(join(folder, 'host-thread.cjs'))).toBe(false);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
