// The recipes that are about processes: signals, working folders, arguments.
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { freePort, request } from '../../scripts/lib/http.ts';
import { type Program, nodeArgs, projectDir, startNode, startProgram } from '../console/program.ts';
import { eventually } from '../support/eventually.ts';

vi.setConfig({ testTimeout: 60_000 });
mkdirSync(join(projectDir, 'temp'), { recursive: true });
const temp = mkdtempSync(join(projectDir, 'temp', 'recipes '));
const started: Program[] = [];
const start = (program: Program): Program => {
  started.push(program);
  return program;
};
afterEach(async () => {
  for (const program of started.splice(0)) {
    program.kill('SIGKILL');
    await program.exited;
  }
});
afterAll(() => rmSync(temp, { recursive: true }));

// Signals between processes are not to be had on Windows.
describe.skipIf(process.platform === 'win32')('Docker', () => {
  it('SIGTERM, which `docker stop` sends, stops the same program gracefully, with 0', async () => {
    const port = await freePort();
    const program = start(startNode('examples/express-app/main.js', [String(port)]));
    await program.waitFor('WinsvcExpress: running');
    const slow = request(port, '/slow?ms=400');
    await eventually(async () => {
      expect(JSON.parse((await request(port, '/stats')).text)).toMatchObject({ slow: 1 });
    });
    program.kill('SIGTERM');
    expect(await slow).toMatchObject({ status: 200, text: '{"waited":400}' });
    expect(await program.exited).toEqual({ code: 0, signal: null });
  });
});

describe('several services', () => {
  it.skipIf(process.platform === 'win32')('each runs by its name', async () => {
    const worker = start(startNode('examples/several-services/main.js', ['worker', 'run']));
    await worker.waitFor('WinsvcShopWorker: running');
    const port = await freePort();
    const api = start(startNode('examples/several-services/main.js', ['api', 'run', String(port)]));
    await api.waitFor('WinsvcShopApi: running');
    expect((await request(port, '/')).text).toBe('order 1');
    for (const program of [worker, api]) program.kill('SIGINT');
    expect(await worker.exited).toMatchObject({ code: 0 });
    expect(await api.exited).toMatchObject({ code: 0 });
  });

  it.each([[[]], [['constructor']], [['nobody', 'start']]])('%j: the usage', async (args) => {
    const program = start(startNode('examples/several-services/main.js', args));
    expect(await program.exited).toMatchObject({ code: 2 });
    expect(program.output).toContain('Usage: node main.js api|worker');
  });

  it('each has the verbs', async () => {
    const program = start(startNode('examples/several-services/main.js', ['worker', 'install', '--help']));
    expect(await program.exited).toMatchObject({ code: 0 });
    expect(program.output).toContain('Install this service.');
  });
});

describe.skipIf(process.platform === 'win32')('secrets', () => {
  const dir = join(temp, 'secrets');
  const run = (env: Record<string, string>): Program => {
    // As Windows does: from another folder than the program's.
    const args = nodeArgs(join(dir, 'service.js'));
    const away = join(temp, 'System32');
    mkdirSync(away, { recursive: true });
    return start(
      startProgram('sh', ['-c', 'cd "$0" && exec "$@"', away, process.execPath, ...args.map(resolveTsx)], {
        TSX_TSCONFIG_PATH: join(projectDir, 'tsconfig.json'),
        ...env,
      }),
    );
  };
  const resolveTsx = (arg: string): string => (arg === 'tsx' ? import.meta.resolve('tsx') : arg);

  it('are read from the file beside the program, and printed nowhere; a variable wins', async () => {
    cpSync(join(projectDir, 'examples/secrets'), dir, { recursive: true });
    writeFileSync(join(dir, '.env'), 'PORT=3001\nDB_PASSWORD="corréct horse"\n');
    const program = run({ PORT: '4000' });
    await program.waitFor('WinsvcSecrets: running');
    program.kill('SIGINT');
    expect(await program.exited).toMatchObject({ code: 0 });
    expect(program.output).toContain("dbPassword: '[secret]'");
    expect(program.output).toMatch(/port=4000 characters=13/);
    expect(program.output).not.toContain('horse');
  });

  it('a missing one is named', async () => {
    cpSync(join(projectDir, 'examples/secrets'), dir, { recursive: true });
    rmSync(join(dir, '.env'), { force: true });
    const program = run({});
    expect(await program.exited).toMatchObject({ code: 1 });
    expect(program.output).toMatch(/dbPassword/);
  });
});
