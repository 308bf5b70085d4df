import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evaluateConfig } from '../../../src/import/read/evaluate-config.ts';
import { type ImportMachine, readImport } from '../../../src/import/read-import.ts';
import type { RegistryTree } from '../../../src/scm/registry-tree.ts';
import type { InstalledServiceConfig } from '../../../src/scm/service-config.ts';
import { installed } from './support.ts';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'winsvc import ä '));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

async function write(name: string, content: string | Buffer): Promise<string> {
  const file = join(dir, name);
  await mkdir(join(file, '..'), { recursive: true });
  await writeFile(file, content);
  return file;
}
const NOTHING: ImportMachine = {
  config: () => Promise.resolve(undefined),
  parameters: () => Promise.resolve(undefined),
};
const machine = (config: InstalledServiceConfig, parameters?: RegistryTree): ImportMachine => ({
  config: (name) => Promise.resolve(name === config.name ? config : undefined),
  parameters: () => Promise.resolve(parameters),
});
const OPTIONS = { trust: false, env: process.env, expand: (text: string) => text };
const read = (target: string, more: object = {}, from: ImportMachine = NOTHING) =>
  readImport(target, { ...OPTIONS, ...more }, from);
const refused = (message: RegExp) =>
  expect.objectContaining({ code: 'INVALID_OPTIONS', message: expect.stringMatching(message) as string }) as Error;

const WINSW = '<service><id>Orders</id><executable>node</executable><arguments>server.js</arguments></service>';
const SERVY = '{ "Name": "Orders", "ExecutablePath": "C:\\\\nodejs\\\\node.exe", "Parameters": "C:\\\\a\\\\s.js" }';

describe('a settings file', () => {
  it.each([
    ['UTF-8', Buffer.from(`<?xml version="1.0"?>${WINSW}`)],
    ['UTF-8 with a mark', Buffer.from(`\ufeff${WINSW}`)],
    ['UTF-16 with a mark', Buffer.from(`\ufeff${WINSW}`, 'utf16le')],
    ['UTF-16 without a mark', Buffer.from(WINSW, 'utf16le')],
    ['big-endian UTF-16', Buffer.from(`\ufeff${WINSW}`, 'utf16le').swap16()],
  ])('may be in %s', async (_, bytes) => {
    const [plan] = await read(await write('orders.xml', bytes));
    expect(plan).toMatchObject({ from: 'winsw', spec: { name: 'Orders' } });
  });

  it('in another encoding says so, with the line', async () => {
    const file = await write('latin1.xml', Buffer.from('<service>\n<id>Bücher</id></service>', 'latin1'));
    await expect(read(file)).rejects.toThrow(/line 2 has another encoding/);
  });

  it.each([
    ['orders.yml', 'id: Orders\nexecutable: node\narguments: server.js\n', 'winsw'],
    ['servy.json', SERVY, 'servy'],
    [
      'servy.xml',
      '<ServiceDto><Name>Orders</Name><ExecutablePath>C:\\n\\node.exe</ExecutablePath><Parameters>a.js</Parameters></ServiceDto>',
      'servy',
    ],
    ['ecosystem.json', '{ "apps": [{ "name": "Orders", "script": "a.js" }], "deploy": {} }', 'pm2'],
    ['one.json', '{ "name": "Orders", "script": "a.js" }', 'pm2'],
    ['dump.pm2', '[{ "name": "Orders", "pm_exec_path": "/a.js", "status": "online" }]', 'pm2'],
    ['ecosystem.yaml', 'apps:\n  - name: Orders\n    script: a.js\n', 'pm2'],
  ])('%s is recognized by its content', async (name, content, from) => {
    const plans = await read(await write(name, content));
    expect(plans).toMatchObject([{ from, spec: { name: 'Orders' } }]);
  });

  it('of pm2 has a plan for each app, and the deployment is dropped once', async () => {
    const file = await write('many.json', '{ "apps": [{ "script": "a.js" }, { "script": "b.js" }], "deploy": {} }');
    const plans = await read(file);
    expect(plans.map(({ spec }) => spec.name)).toEqual(['a', 'b']);
    expect(plans.map(({ dropped }) => dropped.filter(({ setting }) => setting === 'deploy').length)).toEqual([1, 0]);
  });

  it.each([
    ['no.json', '{', /can't be read/],
    ['none.json', '{ "a": 1 }', /not a settings file/],
    ['list.json', '[1]', /not a settings file of pm2/],
    ['empty.json', '{ "apps": [] }', /has no apps/],
    ['text.json', '"x"', /not a settings file/],
    ['other.xml', '<project><id>1</id></project>', /not a settings file/],
    ['no-program.xml', '<service><id>1</id></service>', /not a settings file/],
    ['bomb.yml', `a: &a [x]\n${'b: &b [*a, *a, *a]\n'.repeat(2)}`, /can't be read|not a settings file/],
    ['big.json', `"${'x'.repeat(5_000_000)}"`, /longer than 4 MiB/],
  ])('%s is refused', async (name, content, message) => {
    await expect(read(await write(name, content))).rejects.toThrow(refused(message));
  });

  it.each([
    ['pm2', SERVY],
    ['nssm', WINSW],
    ['node-windows', WINSW],
  ])('is not taken as one of %s', async (from, content) => {
    await expect(read(await write('wrong.json', content), { from })).rejects.toMatchObject({ code: 'INVALID_OPTIONS' });
  });

  it('of an installed service gives way to what the SCM holds', async () => {
    const config = installed('x', { account: 'CONTOSO\\svc', startType: 'demand', environment: { A: '1' } });
    const [plan] = await read(await write('orders.xml', WINSW), {}, machine(config));
    expect(plan?.spec).toMatchObject({ account: 'CONTOSO\\svc', startType: 'demand', environment: { A: '1' } });
  });
});

describe('an ecosystem file in JavaScript', () => {
  it('is not run without --trust', async () => {
    const file = await write(
      'bad/ecosystem.config.js',
      `require('fs').writeFileSync(${JSON.stringify(join(dir, 'ran'))}, '')`,
    );
    await expect(read(file)).rejects.toThrow(refused(/add --trust/));
    await expect(read(join(dir, 'ran'))).rejects.toThrow(/neither a file nor a service/);
  });

  it.each([
    ['ecosystem.config.cjs', "module.exports = { apps: [{ name: 'Orders', script: 'a.js', args: process.version }] };"],
    ['ecosystem.config.mjs', "export default { apps: [{ name: 'Orders', script: 'a.js' }] };"],
    ['ecosystem.named.mjs', "export const apps = [{ name: 'Orders', script: 'a.js' }];"],
    ['function.cjs', "module.exports = async () => ({ apps: [{ name: 'Orders', script: 'a.js' }] });"],
    [
      'noisy.cjs',
      "console.log('hello'); setInterval(() => {}, 1000); module.exports = [{ name: 'Orders', script: 'a.js' }];",
    ],
  ])('%s is run with it', async (name, content) => {
    expect(await read(await write(name, content), { trust: true })).toMatchObject([{ spec: { name: 'Orders' } }]);
  });

  it.each([
    ['throws.cjs', "throw new TypeError('broken');", /failed: TypeError: broken/],
    ['ends.cjs', 'process.exit(3);', /ended with code 3/],
    ['quits.cjs', 'process.exit(0);', /exports nothing/],
    ['large.cjs', "module.exports = 'x'.repeat(2_000_000);", /more than 1 MiB/],
    ['syntax.cjs', 'module.exports = {', /failed: SyntaxError/],
  ])('%s is refused', async (name, content, message) => {
    await expect(read(await write(name, content), { trust: true })).rejects.toThrow(refused(message));
  });

  it('that never ends is ended', async () => {
    const file = await write('loop.cjs', 'for (;;);');
    await expect(evaluateConfig(file, process.env, 1_000)).rejects.toThrow(/took longer than 1 s/);
  });
});

describe('an installed service', () => {
  const NSSM: RegistryTree = { values: { Application: 'C:\\n\\node.exe', AppParameters: 'a.js' }, keys: {} };

  it.each(['C:\\nssm\\nssm.exe', '"C:\\Program Files\\nssm\\nssm64.exe"', 'C:\\srvany.exe', 'C:\\renamed.exe'])(
    'that runs %s is one of NSSM',
    async (imagePath) => {
      expect(await read('Orders', {}, machine(installed(imagePath), NSSM))).toMatchObject([{ from: 'nssm' }]);
    },
  );

  it('that runs Shawl is recognized', async () => {
    const config = installed('"C:\\s\\shawl.exe" run --name Orders -- node C:\\a.js');
    expect(await read('Orders', {}, machine(config))).toMatchObject([{ from: 'shawl' }]);
  });

  it('that runs a program with a settings file beside it is one of WinSW', async () => {
    await write('ours/orders.xml', WINSW);
    const config = installed(`"${join(dir, 'ours', 'orders.exe')}"`);
    expect(await read('Orders', {}, machine(config))).toMatchObject([{ from: 'winsw' }]);
    const named = installed(`C:\\WinSW.exe "${join(dir, 'ours', 'orders.xml')}"`);
    expect(await read('Orders', {}, machine(named))).toMatchObject([{ from: 'winsw' }]);
  });

  it('of Servy says how to export it', async () => {
    const config = installed('"C:\\Program Files\\Servy\\Servy.Service.exe" "Orders"');
    await expect(read('Orders', {}, machine(config))).rejects.toThrow(/servy-cli export --name="Orders"/);
  });

  it.each([
    ['Orders', {}, installed('C:\\Windows\\system32\\svchost.exe -k x'), /none of NSSM/],
    ['Orders', { from: 'nssm' }, installed('C:\\x.exe'), /no Parameters\\Application/],
    ['Orders', { from: 'pm2' }, installed('C:\\x.exe'), /name the file/],
    ['Missing', {}, installed('C:\\x.exe'), /neither a file nor a service "Missing"/],
  ])('%s %j is refused', async (target, more, config, message) => {
    await expect(read(target, more, machine(config))).rejects.toThrow(refused(message));
  });
});
