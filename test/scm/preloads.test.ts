// Preloads, loaders and the inspector of the app run in the app's thread alone: an APM agent does not fit in the others.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRig } from '../../rig/rig.mjs';
import { removeService } from '../contract/support/remove-service.ts';
import { makeStage, type Stage } from '../contract/support/stage.ts';

const RUNNING = 4;
const STOPPED = 1;
const STOP = 1;

let rig: Awaited<ReturnType<typeof openRig>>;
let stage: Stage;
let lives = 0;

beforeAll(async () => {
  rig = await openRig();
  stage = await makeStage({ preloaded: 'test/scm/preload-fixtures/preloaded-service.ts' });
});
afterAll(async () => {
  await rig.close();
  await stage.remove();
});

/** A preload that notes the thread it runs in, and fills 24 MiB in any thread but the app's. */
function writePreload(name: string, isModule: boolean): { readonly path: string; readonly threads: () => string[] } {
  const note = join(stage.dir, `${name}.txt`);
  const path = join(stage.dir, `${name}.${isModule ? 'mjs' : 'cjs'}`);
  writeFileSync(note, '');
  const body = `
    appendFileSync(${JSON.stringify(rig.winPath(note))}, threadId + '\\n');
    if (threadId !== 0) globalThis.filled = Array.from({ length: 3 * 2 ** 20 }, (_, i) => ({ i }));`;
  const imports: readonly (readonly [string, string])[] = [
    ['appendFileSync', 'node:fs'],
    ['threadId', 'node:worker_threads'],
  ];
  const head = imports.map(([what, from]) =>
    isModule ? `import { ${what} } from '${from}';` : `const { ${what} } = require('${from}');`,
  );
  writeFileSync(path, head.join('\n') + body);
  return { path: rig.winPath(path), threads: () => readFileSync(note, 'utf8').trim().split('\n').filter(Boolean) };
}

const toUrl = (path: string): string => pathToFileURL(path, { windows: true }).href;
const quoteOption = (option: string): string => JSON.stringify(option);

describe.each([
  ['--require', false],
  ['--import', true],
] as const)('%s', (flag, isModule) => {
  it.each(['command line', 'NODE_OPTIONS'] as const)('on the %s runs in the thread of the app only', async (place) => {
    const preload = writePreload(`preload${++lives}`, isModule);
    const option = `${flag}=${isModule ? toUrl(preload.path) : preload.path}`;
    expect(
      await runOnce(place === 'command line' ? [option] : [], place === 'command line' ? '' : quoteOption(option)),
    ).toEqual({
      win32: 0,
      process: 0,
    });
    // NODE_OPTIONS are set after the start of the app's thread: nothing runs the preload then.
    expect(preload.threads()).toEqual(place === 'command line' ? ['0'] : []);
  });
});

it('--experimental-loader and the inspector do not keep a service from running', async () => {
  const loader = join(stage.dir, 'loader.mjs');
  writeFileSync(loader, 'export const resolve = (specifier, context, next) => next(specifier, context);');
  const options = [`--experimental-loader=${toUrl(rig.winPath(loader))}`, '--inspect=127.0.0.1:0'];
  expect(await runOnce(options, '')).toEqual({ win32: 0, process: 0 });
});

/** Runs the service to a stop, and returns its exit codes. */
async function runOnce(nodeArgs: readonly string[], nodeOptions: string): Promise<object> {
  const name = `winsvc preload ${process.pid} ${++lives}`;
  const quoted = [rig.winPath(rig.nodeExe), ...nodeArgs, rig.winPath(join(stage.dir, 'preloaded.mjs')), name]
    .map((arg) => `"${arg}"`)
    .join(' ');
  // By the rules of Windows, a quote within quotes has a backslash, and backslashes before it are doubled.
  const last = nodeOptions.replaceAll(/(\\*)"/g, '$1$1\\"');
  await rig.agent.create({ name, imagePath: `${quoted} "${last}"` });
  try {
    await rig.agent.start(name);
    await rig.agent.waitFor(name, RUNNING, 40_000);
    const { pid } = await rig.agent.status(name);
    const gone = rig.agent.waitGone(pid, 30_000);
    await rig.agent.ping();
    await rig.agent.control(name, STOP);
    const { exitCode } = await gone;
    const { win32ExitCode } = await rig.agent.waitFor(name, STOPPED, 10_000);
    return { win32: win32ExitCode, process: exitCode };
  } finally {
    await removeService(rig.agent, name);
  }
}
