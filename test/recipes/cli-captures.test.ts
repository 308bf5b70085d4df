// The output in docs/cli.md is what the command line prints, with other times and PIDs. `WINSVC_CAPTURE=1` writes the page.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defineService } from 'winsvc';
import { createMockScm, type MockScm } from 'winsvc/testing';
import { formatJsonLine } from '../../src/util/json-line.ts';
import { ROOT } from '../support/imports.ts';
import { readPage } from '../support/docs-commands.ts';
import { runCli } from '../unit/cli/harness.ts';

const PAGE = 'docs/cli.md';
const BLOCK = /^```console\n([^]*?)^```$/gm;
const PROMPT = /^> (npx )?winsvc (.*)$/;

let folder: string;
let scm: MockScm;
beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'winsvc captures ')));
  mkdirSync(join(folder, 'dist'));
  writeFileSync(
    join(folder, 'dist/service.js'),
    "import { defineService } from 'winsvc';\ndefineService({ name: 'OrdersApi', start() {} }).run();\n",
  );
  writeFileSync(join(folder, 'orders.yaml'), /^```yaml\n([^]*?)^```$/m.exec(readPage(PAGE))?.[1] ?? '');
  // The package as the project has it.
  mkdirSync(join(folder, 'node_modules/winsvc/dist'), { recursive: true });
  writeFileSync(join(folder, 'node_modules/winsvc/package.json'), '{ "name": "winsvc", "version": "1.0.0" }');
  writeFileSync(join(folder, 'node_modules/winsvc/dist/load-guard.cjs'), '');
  const error = new Error('order 4711 was not saved', { cause: new Error('connect ECONNREFUSED 127.0.0.1:5432') });
  error.stack = `Error: ${error.message}\n    at saveOrder (C:\\Orders\\dist\\orders.js:42:11)`;
  (error.cause as Error).stack =
    'Error: connect ECONNREFUSED 127.0.0.1:5432\n    at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1645:16)';
  writeFileSync(
    join(folder, 'OrdersApi.log'),
    formatJsonLine('OrdersApi', 'warn', 'the queue is long', { requestId: 'r-17', length: 80 }) +
      formatJsonLine('OrdersApi', 'error', 'order lost', { requestId: 'r-17', error }),
  );
  writeFileSync(join(folder, 'OrdersApi.out.log'), 'GET /orders 200 12 ms\n');
  writeFileSync(join(folder, 'OrdersApi.err.log'), '(node:940) Warning: something old\n');
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A service that runs on the mock; its start has two steps. */
async function installRunnable(target: MockScm, seconds: number): Promise<void> {
  await target
    .manager()
    .service('OrdersApi')
    .uninstall()
    .catch(() => undefined);
  const service = defineService({
    name: 'OrdersApi',
    displayName: 'Orders API',
    async start(ctx) {
      for (let step = 0; step < seconds; step += 1) {
        await new Promise<void>((resolve) => void target.clock.setTimeout(resolve, 1_000));
        ctx.checkpoint();
      }
    },
  });
  await target.manager().install(service);
}

/** What a command finds, by its first words. */
const BEFORE: readonly (readonly [command: string, prepare: () => Promise<unknown>])[] = [
  ['start OrdersApi', () => installRunnable(scm, 1)],
  ['start OrdersApi --timeout', () => installRunnable(scm, 6)],
  [
    'status',
    async () => {
      await installRunnable(scm, 0);
      await scm.manager().service('OrdersApi').start();
    },
  ],
  [
    'ensure orders.yaml',
    async () => {
      scm = createMockScm();
      await scm.manager().install({ name: 'MSSQLSERVER', imagePath: 'C:\\sql.exe' });
      await runCli(['ensure', join(folder, 'orders.yaml')], { scm });
      await scm.manager().service('OrdersApi').configure({ startType: 'auto', dependencies: [] });
    },
  ],
  [
    'config set OrdersApi',
    async () => {
      await installRunnable(scm, 0);
      await scm
        .manager()
        .service('OrdersApi')
        .configure({ startType: 'demand', dependencies: ['RpcSs'] });
    },
  ],
  [
    'doctor OldTool',
    async () => {
      scm = createMockScm();
      await scm.manager().install({ name: 'OldTool', imagePath: 'C:\\Program Files\\x y\\a.exe /x' });
    },
  ],
];

/** Commands whose output another test has, or that need more than the mock. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  'secret ': 'test/unit/cli/secret.test.ts',
  'dsc ': 'test/unit/cli/dsc.test.ts',
  'list ': 'test/unit/cli/output.test.ts',
  'watch ': 'test/unit/cli/moves.test.ts',
  'logs OrdersApi --output': 'test/unit/cli/logs.test.ts',
};

interface Capture {
  readonly command: string;
  readonly npx: string;
  readonly output: string;
}

/** Commands of a block that print something in the page. */
function capturesOf(block: string): Capture[] {
  const parts = block.split(/^(?=> )/m);
  return parts.flatMap((part) => {
    const [first = '', ...lines] = part.trimEnd().split('\n');
    const [, npx = '', command] = PROMPT.exec(first) ?? [];
    return command === undefined || lines.length === 0 ? [] : [{ command, npx, output: `${lines.join('\n')}\n` }];
  });
}

async function print(command: string): Promise<string> {
  const before = BEFORE.findLast(([start]) => command.startsWith(start));
  await before?.[1]();
  const words = [...command.matchAll(/"[^"]*"|\S+/g)].map(([word]) => word.replaceAll('"', ''));
  const here = words.map((word) => (/\.(?:js|yaml)$/.test(word) ? join(folder, word.replaceAll('\\', '/')) : word));
  const dir = words[0] === 'logs' ? ['--dir', folder] : [];
  const { stdout, stderr } = await runCli([...here, ...dir], {
    scm,
    terminal: true,
    env: { NO_COLOR: '1' },
    columns: 80,
    // The tool has none.
    probe: { eventSource: () => Promise.resolve({ value: null }) },
  });
  if (command.includes('--timeout')) {
    // The line that is rewritten while it waits.
    const progress = stderr.split('\r\u001b[2K').findLast((line) => line.includes('starting')) ?? '';
    return `${progress.trim()}\n`;
  }
  return toWindows(words[0] === 'install' ? stdout + stderr : stdout);
}

/** The paths of this machine as they would be on Windows. */
function toWindows(text: string): string {
  return text
    .replaceAll(process.execPath, 'C:\\Program Files\\nodejs\\node.exe')
    .replaceAll(
      new RegExp(`"?(--require=|)${folder.replaceAll(/[^\w]/g, '\\$&')}([^"\\s]*)"?`, 'g'),
      (_, option: string, rest: string) => {
        return `${option}C:\\Orders${rest.replaceAll('/', '\\')}`;
      },
    );
}

/** What differs from run to run. */
const withoutTimes = (text: string): string =>
  text
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
    .replaceAll(/PID \d+|PID {2,}\d+/g, 'PID')
    .replaceAll(/checkpoint \d+/g, 'checkpoint')
    .replaceAll(/[\d.]+ m?s\b/g, 'SPAN');

describe(PAGE, () => {
  it('shows what the command line prints', async () => {
    scm = createMockScm();
    let page = readPage(PAGE);
    const captures = [...page.matchAll(BLOCK)].flatMap(([, block = '']) => capturesOf(block));
    const run = captures.filter(({ command }) => !Object.keys(ELSEWHERE).some((start) => command.startsWith(start)));
    expect(run.length).toBeGreaterThan(5);
    const wrong: string[] = [];
    for (const { command, npx, output } of run) {
      const printed = (await print(command)).replaceAll(/^Start it: /gm, `Start it: ${npx}`);
      if (withoutTimes(printed) === withoutTimes(output)) continue;
      wrong.push(`> ${command}\n${printed}instead of\n${output}`);
      page = page.replace(output, printed);
    }
    if (process.env['WINSVC_CAPTURE']) writeFileSync(join(ROOT, PAGE), page);
    else expect(wrong).toEqual([]);
  });
});
