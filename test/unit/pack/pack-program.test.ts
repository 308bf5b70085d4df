import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { parseXml, XmlElement } from '@rgrove/parse-xml';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bundleProgram } from '../../../src/pack/bundle-program.ts';
import { toInstallScript, toServiceSpec, toUninstallScript } from '../../../src/pack/install-script.ts';
import { packProgram } from '../../../src/pack/pack-program.ts';
import type { PackOptions } from '../../../src/pack/pack-options.ts';
import { toWixFragment } from '../../../src/pack/wix-fragment.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'winsvc pack ä '));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

async function write(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(dir, name)), { recursive: true });
    await writeFile(join(dir, name), content);
  }
}

/** Bundles a program and runs the bundle, away from its sources. */
async function runBundled(files: Readonly<Record<string, string>>, entry: string) {
  await write(files);
  const outdir = join(dir, 'away');
  await mkdir(outdir);
  const bundle = await bundleProgram({ entry: join(dir, entry), outdir, external: [], minify: false });
  const { stdout } = await promisify(execFile)(process.execPath, [join(outdir, bundle.file), 'a b'], { cwd: '/' });
  return { ...bundle, outdir, result: JSON.parse(stdout) as unknown };
}

describe('a bundle', () => {
  it('of CommonJS is the main module, and has its own place', async () => {
    const program = `
      const { join } = require('node:path');
      console.log(JSON.stringify([require.main === module, __dirname, process.argv[2], require('./part.js').n]));`;
    const { file, outdir, result } = await runBundled({ 'main.js': program, 'part.js': 'exports.n = 1;' }, 'main.js');
    expect(file).toBe('app.cjs');
    expect(result).toEqual([true, outdir, 'a b', 1]);
  });

  it('of ES modules becomes CommonJS, also with names that CommonJS has', async () => {
    const program = `
      import { fileURLToPath } from 'node:url';
      import { dirname } from 'node:path';
      import { createRequire } from 'node:module';
      const require = createRequire(import.meta.url);
      const __filename = fileURLToPath(import.meta.url);
      const __dirname = dirname(__filename);
      console.log(JSON.stringify([__dirname === import.meta.dirname, __filename === import.meta.filename, require('node:os').EOL.length > 0]));`;
    const { file, result } = await runBundled({ 'main.mjs': program }, 'main.mjs');
    expect(file).toBe('app.cjs');
    expect(result).toEqual([true, true, true]);
  });

  it('with a top-level await is an ES module, in which CommonJS packages find Node', async () => {
    const program = `
      import old from './old.cjs';
      import { fileURLToPath } from 'node:url';
      const __filename = fileURLToPath(import.meta.url);
      const value = await Promise.resolve(old());
      console.log(JSON.stringify([value, __filename.endsWith('app.mjs')]));`;
    const old = `const os = require('os'); module.exports = () => [typeof os.EOL, typeof __dirname];`;
    const { file, result } = await runBundled({ 'main.mjs': program, 'old.cjs': old }, 'main.mjs');
    expect(file).toBe('app.mjs');
    expect(result).toEqual([['string', 'string'], true]);
  });

  it('of TypeScript has no types', async () => {
    const program = `enum Kind { A = 1 }\nconst x: Kind = Kind.A; console.log(JSON.stringify(x satisfies number));`;
    expect(await runBundled({ 'main.ts': program }, 'main.ts')).toMatchObject({ file: 'app.cjs', result: 1 });
  });

  it('leaves out optional packages that the program does not have', async () => {
    const program = `let found = true; try { require('nodemailer-x'); } catch { found = false; } console.log(JSON.stringify(found));`;
    expect(await runBundled({ 'main.cjs': program }, 'main.cjs')).toMatchObject({ result: false });
  });

  it('copies native code beside it', async () => {
    const program = `let path = ''; try { path = require.resolve('./code.node'); } catch (error) { path = error.message; } console.log(JSON.stringify(0)); if (process.argv[3]) require('./code.node');`;
    const { outdir } = await runBundled({ 'main.cjs': program, 'code.node': 'native' }, 'main.cjs');
    const copied = (await readdir(outdir)).find((name) => name.endsWith('.node'));
    expect(copied && readFileSync(join(outdir, copied), 'utf8')).toBe('native');
  });

  it.each([
    ["import 'no-such-package'; await 1;", /no-such-package/],
    ['const = 1;', /main\.mjs:1/],
  ])('of %j says what is wrong', async (program, message) => {
    await write({ 'main.mjs': program });
    const bundled = bundleProgram({ entry: join(dir, 'main.mjs'), outdir: dir, external: [], minify: false });
    await expect(bundled).rejects.toMatchObject({ code: 'INVALID_OPTIONS' });
    await expect(bundled).rejects.toThrow(message);
  });

  it.each([
    ['service.runCli();', true],
    ['service.run();', false],
    ['// service.runCli is not called', false],
  ])('of %j knows whether it has the verbs itself: %s', async (program, hasVerbs) => {
    await write({ 'main.cjs': `const service = { run() {}, runCli() {} };\n${program}` });
    const options = { entry: join(dir, 'main.cjs'), outdir: dir, external: [], minify: true };
    expect(await bundleProgram(options)).toMatchObject({ hasVerbs });
  });
});

describe('packing', () => {
  async function options(more: Partial<PackOptions> = {}): Promise<PackOptions> {
    await write({
      'app/main.js': 'console.log(1);',
      'app/public/index.html': '<p>',
      'app/node_modules/outer/package.json': '{ "name": "outer", "dependencies": { "inner": "1" } }',
      'app/node_modules/outer/index.js': '',
      'app/node_modules/inner/package.json': '{ "name": "inner" }',
      'node.exe': 'node',
      'winsvc/package.json': '{ "name": "winsvc" }',
      'winsvc/dist/cli/bin.js': '',
      'winsvc/dist/index.js': '',
      'winsvc/dist/index.js.map': '',
      'winsvc/dist/index.d.ts': '',
      'winsvc/dist/admin/index.js': '',
      'winsvc/dist/host-thread.cjs': '',
      'winsvc/dist/winsvc-messages.dll': '',
      'winsvc/node_modules/koffi/package.json': '{ "name": "koffi" }',
      'winsvc/node_modules/koffi/index.js': '',
      'winsvc/node_modules/koffi/src/code.cc': '',
      'winsvc/node_modules/@koromix/koffi-win32-x64/package.json': '{}',
      'winsvc/node_modules/@koromix/koffi-win32-x64/win32_x64/koffi.node': '',
    });
    return {
      entry: join(dir, 'app/main.js'),
      out: join(dir, 'packed ä'),
      name: 'Orders ä',
      node: join(dir, 'node.exe'),
      arch: 'x64',
      packageDir: join(dir, 'winsvc'),
      ...more,
    };
  }

  it('writes what the program needs, and nothing else', async () => {
    const packed = await packProgram(await options({ assets: ['public'], external: ['outer'], wix: true }));
    expect(packed.files.map(({ path }) => path)).toEqual([
      'app.cjs',
      'install.cmd',
      'node.exe',
      'node_modules/@koromix/koffi-win32-x64/package.json',
      'node_modules/@koromix/koffi-win32-x64/win32_x64/koffi.node',
      'node_modules/inner/package.json',
      'node_modules/koffi/index.js',
      'node_modules/koffi/package.json',
      'node_modules/outer/index.js',
      'node_modules/outer/package.json',
      'node_modules/winsvc/dist/cli/bin.js',
      'node_modules/winsvc/dist/host-thread.cjs',
      'node_modules/winsvc/dist/index.js',
      'node_modules/winsvc/dist/winsvc-messages.dll',
      'node_modules/winsvc/package.json',
      'public/index.html',
      'service.json',
      'service.wxs',
      'uninstall.cmd',
      'uninstall.mjs',
      'winsvc-pack.json',
    ]);
  });

  it('replaces what it wrote before, and nothing else', async () => {
    const given = await options();
    await packProgram(given);
    await writeFile(join(given.out, 'old.txt'), '');
    await packProgram(given);
    expect(existsSync(join(given.out, 'old.txt'))).toBe(false);
    const foreign = join(dir, 'foreign');
    await write({ 'foreign/mine.txt': 'mine' });
    await expect(packProgram({ ...given, out: foreign })).rejects.toThrow(/has other files in it/);
    expect(await readdir(foreign)).toEqual(['mine.txt']);
  });

  it('that fails leaves the earlier result, and nothing half', async () => {
    const given = await options();
    await packProgram(given);
    const before = await readdir(given.out);
    await writeFile(given.entry, 'const = 1;');
    await expect(packProgram(given)).rejects.toMatchObject({ code: 'INVALID_OPTIONS' });
    expect(await readdir(given.out)).toEqual(before);
    expect((await readdir(dir)).filter((name) => name.includes('packing'))).toEqual([]);
  });

  it.each([
    [{ arch: 'arm64' }, /koffi-win32-arm64\) isn't installed here.*--cpu=arm64/],
    [{ external: ['missing'] }, /--external missing/],
    [{ assets: ['../secret'] }, /must be inside/],
    [{ assets: ['gone'] }, /there is no/],
    [{ packageDir: '/nowhere' }, /no built winsvc/],
  ] as const)('with %j says what to do', async (more, message) => {
    const given = await options(more);
    await expect(packProgram(given)).rejects.toThrow(message);
    expect(existsSync(given.out)).toBe(false);
  });
});

describe('the batch files', () => {
  it('call winsvc, or the program where it has the verbs, and have ASCII only', () => {
    const plain = { bundle: 'app.cjs', hasVerbs: false };
    expect(toInstallScript(plain)).toContain('bin.js" ensure "%~dp0service.json" --now %*\r\n');
    expect(toUninstallScript(plain)).toContain('"%~dp0node.exe" "%~dp0uninstall.mjs" %*\r\n');
    const own = { ...plain, hasVerbs: true };
    expect(toInstallScript(own)).toContain('"%~dp0node.exe" "%~dp0app.cjs" install --now %*\r\n');
    for (const script of [toInstallScript(plain), toUninstallScript(own)]) expect(script).toMatch(/^[\r\n -~]+$/);
  });

  it('have the name of the service in a spec', () => {
    const program = { name: '100% "ä"', bundle: 'app.cjs', hasVerbs: false, usesWinsvc: true };
    expect(toServiceSpec(program)).toEqual({ name: '100% "ä"', program: { file: 'node.exe', script: 'app.cjs' } });
    expect(toServiceSpec({ ...program, usesWinsvc: false })).toMatchObject({ host: {} });
  });
});

describe('the WiX source', () => {
  const files = (...paths: string[]) => paths.map((path) => ({ path, bytes: 1 }));
  const elements = (xml: string, name: string): XmlElement[] => {
    const found: XmlElement[] = [];
    const visit = (element: XmlElement): void => {
      if (element.name === name) found.push(element);
      for (const child of element.children) if (child instanceof XmlElement) visit(child);
    };
    visit(parseXml(xml).root!);
    return found;
  };

  it('installs every file, the service, and its recovery', () => {
    const xml = toWixFragment(
      { name: 'Orders & "[ä]"', bundle: 'app.cjs', hasVerbs: true, usesWinsvc: true },
      files('app.cjs', 'install.cmd', 'node.exe', 'node_modules/a/b.js', 'winsvc-pack.json'),
    );
    expect(elements(xml, 'File').map(({ attributes }) => attributes['Source'])).toEqual([
      'node.exe',
      'app.cjs',
      'node_modules\\a\\b.js',
    ]);
    expect(elements(xml, 'ServiceInstall')[0]?.attributes).toMatchObject({
      Name: 'Orders & "[\\[]ä[\\]]"',
      Start: 'auto',
      Arguments: '"[INSTALLFOLDER]app.cjs" run',
    });
    expect(elements(xml, 'util:ServiceConfig')[0]?.attributes).toMatchObject({ FirstFailureActionType: 'restart' });
    // A service that reports its failure recovers too, not only one that crashes.
    expect(elements(xml, 'ServiceConfig')[0]?.attributes).toEqual({
      OnInstall: 'yes',
      OnReinstall: 'yes',
      FailureActionsWhen: 'failedToStopOrReturnedError',
    });
    expect(elements(xml, 'ServiceControl')[0]?.attributes).toMatchObject({ Stop: 'both', Remove: 'uninstall' });
    const ids = elements(xml, 'File').map(({ attributes }) => attributes['Id']);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('of a program that knows nothing of services loads the host first', () => {
    const host = 'node_modules/winsvc/dist/hosted.cjs';
    const xml = toWixFragment(
      { name: 'Orders', bundle: 'app.cjs', hasVerbs: false, usesWinsvc: false },
      files('node.exe', host),
    );
    expect(elements(xml, 'ServiceInstall')[0]?.attributes['Arguments']).toBe(
      '"--require=[INSTALLFOLDER]node_modules\\winsvc\\dist\\hosted.cjs" "[INSTALLFOLDER]app.cjs"',
    );
  });
});
