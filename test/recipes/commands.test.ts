// The commands of the recipes that change the service database, run page by page on the mock SCM.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createMockScm, type MockScm } from 'winsvc/testing';
import { commandsOf, docsPages } from '../support/docs-commands.ts';
import { runCli } from '../unit/cli/harness.ts';

/** Needs a service that runs, files, or the network; known to the command line by test/architecture/docs-commands.test.ts. */
const NOT_HERE = new Set([
  'start',
  'stop',
  'restart',
  'status',
  'logs',
  'events',
  'doctor',
  'ensure',
  'init',
  'run',
  'secret',
  'upgrade',
]);
const SCRIPT = /\.(?:js|ts)$/;

const temp = mkdtempSync(join(tmpdir(), 'winsvc recipes '));
afterAll(() => rmSync(temp, { recursive: true }));

/** The script that a command names, as a file that is there. */
function makeScript(name: string): string {
  const file = join(temp, name.replace(/^[A-Z]:/, '').replaceAll('\\', '/'));
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(
    file,
    `import { defineService } from 'winsvc';\nawait defineService({ name: '${basename(file).replace(SCRIPT, '')}-script', start() {} }).run();\n`,
  );
  return file;
}

/** Runs the commands of a page in their order, and returns those that failed. */
async function runPage(file: string, scm: MockScm): Promise<string[]> {
  const failed: string[] = [];
  for (const { argv, inline } of commandsOf(file)) {
    if (inline || NOT_HERE.has(argv[0] ?? '')) continue;
    const words = argv.filter((word) => word !== '--now').map((word) => (SCRIPT.test(word) ? makeScript(word) : word));
    const { code, stderr } = await runCli(words, { scm, stdin: 'password\n', env: { WINSVC_PASSWORD: 'password' } });
    if (code !== 0) failed.push(`winsvc ${words.join(' ')}: ${stderr}`);
  }
  return failed;
}

const pages = docsPages().filter((file) => file.startsWith('docs/recipes/'));

describe('the commands of the recipes', () => {
  it.each(pages)('%s', async (file) => {
    const scm = createMockScm();
    // Services that the page takes for granted.
    for (const name of ['Orders', 'OrdersApi', 'OrdersWorker'])
      if (
        !file.includes('accounts') &&
        !commandsOf(file).some(({ argv }) => argv[0] === 'install' && argv.includes(name))
      )
        await scm.manager().install({ name, program: { script: makeScript(`${name}.js`) } });
    expect(await runPage(file, scm)).toEqual([]);
  });

  it('give each service the account of the table', async () => {
    const scm = createMockScm();
    expect(await runPage('docs/recipes/accounts.md', scm)).toEqual([]);
    const account = async (name: string) => (await scm.manager().service(name).config()).account;
    expect(await account('OrdersApi')).toBe('NT SERVICE\\OrdersApi');
    expect(await account('OrdersClock')).toMatch(/LocalService$/i);
    // The last command of the page gives it a user account.
    expect(await account('OrdersSync')).toBe('CONTOSO\\svc-orders');
  });

  it('name the node.exe of the recipe, quoted', async () => {
    const scm = createMockScm();
    await runPage('docs/recipes/node-versions.md', scm);
    const { imagePath } = await scm.manager().service('OrdersPinned').config();
    expect(imagePath).toMatch(/^"[^"]*C:\\Program Files\\Orders\\node\.exe" /);
  });

  it('let the watchdog control the services, and take one back', async () => {
    const scm = createMockScm();
    const manager = scm.manager();
    for (const name of ['OrdersApi', 'OrdersWorker'])
      await manager.install({ name, program: { script: makeScript('x.js') } });
    expect(await runPage('docs/recipes/watchdog-rights.md', scm)).toEqual([]);
    const allowed = async (name: string) => manager.service(name).canBeControlledBy('NT SERVICE\\Watchdog');
    expect(await allowed('OrdersApi')).toBe(true);
    expect(await allowed('OrdersWorker')).toBe(false);
  });
});
