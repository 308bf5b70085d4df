import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkTypeScript, findBinTarget, findTarget } from '../../../src/hosting/install/find-target.ts';
import { readyAddresses } from '../../../src/hosting/install/ready-addresses.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'winsvc Ordner ä '));
  mkdirSync(join(dir, 'lib'));
  for (const name of ['a.js', 'lib/index.js']) writeFileSync(join(dir, name), '');
});
afterEach(() => {
  rmSync(dir, { recursive: true });
});
const manifest = (content: object | string): void => {
  writeFileSync(join(dir, 'package.json'), typeof content === 'string' ? content : JSON.stringify(content));
};

describe('the target of an install', () => {
  it.each([
    ['bin', { bin: 'a.js', main: 'lib' }, 'a.js', []],
    ['the only one of several in bin', { bin: { tool: './a.js' } }, 'a.js', []],
    ['main without an extension', { main: './a' }, 'a.js', []],
    ['main that is a folder', { main: 'lib' }, 'lib/index.js', []],
    [
      'the one of several in bin that is called as the package',
      { name: '@x/b', bin: { a: 'lib', b: 'a.js' } },
      'a.js',
      [],
    ],
    ['scripts.start', { scripts: { start: 'node a.js --port 3000' } }, 'a.js', ['--port', '3000']],
    ['scripts.start that leaves the extension out', { scripts: { start: ' node  ./a ' } }, 'a.js', []],
  ])('is, of a folder, %s', (_title, content, script, args) => {
    manifest(content);
    expect(findTarget(dir)).toMatchObject({ script: join(dir, script), args, nodeArgs: [] });
  });

  it('is, of a folder, scripts.start with the options of Node', () => {
    manifest({ name: '@acme/orders', scripts: { start: 'node --env-file .env --enable-source-maps a.js x' } });
    expect(findTarget(dir)).toEqual({
      script: join(dir, 'a.js'),
      nodeArgs: ['--env-file', '.env', '--enable-source-maps'],
      args: ['x'],
      name: 'orders',
    });
  });

  it('is a file itself, with its own name or that of the package', () => {
    manifest({ name: '@acme/orders' });
    writeFileSync(join(dir, 'server.js'), '');
    expect(findTarget(join(dir, 'a.js'))).toEqual({ script: join(dir, 'a.js'), nodeArgs: [], args: [], name: 'a' });
    expect(findTarget(join(dir, 'server.js')).name).toBe('orders');
  });

  it('is a program of a package: by --bin, and by scripts.start', () => {
    const bin = (folder: string, content: object): void => {
      mkdirSync(join(dir, 'node_modules', folder, 'dist'), { recursive: true });
      writeFileSync(join(dir, 'node_modules', folder, 'package.json'), JSON.stringify(content));
      writeFileSync(join(dir, 'node_modules', folder, 'dist/next'), '');
    };
    bin('next', { name: 'next', bin: { next: './dist/next' } });
    bin('@acme/tool', { name: '@acme/tool', bin: './dist/next' });
    bin('many', { name: 'many', bin: { one: './dist/next', two: './dist/next' } });
    mkdirSync(join(dir, 'node_modules/broken'));
    writeFileSync(join(dir, 'node_modules/broken/package.json'), '{');
    const script = join(dir, 'node_modules/next/dist/next');
    expect(findBinTarget('next', join(dir, 'lib'))).toEqual({ script, nodeArgs: [], args: [], name: 'next' });
    expect(findBinTarget('tool', dir).script).toBe(join(dir, 'node_modules/@acme/tool/dist/next'));
    expect(findBinTarget('two', dir).script).toBe(join(dir, 'node_modules/many/dist/next'));
    expect(() => findBinTarget('nuxt', dir)).toThrow(/No package in the node_modules of .* has a program "nuxt"/);
    manifest({ name: 'shop', scripts: { start: 'next start -p 3000' } });
    expect(findTarget(dir)).toEqual({ script, nodeArgs: [], args: ['start', '-p', '3000'], name: 'shop' });
    expect(findBinTarget('next', dir).name).toBe('shop');
  });

  it.each([
    [
      'a start script for a shell',
      { scripts: { start: 'next start && echo' } },
      /"next start && echo", which needs a shell.*Name the script/,
    ],
    [
      'a start script with variables',
      { scripts: { start: 'PORT=3000 node a.js' } },
      /which sets variables or names a path/,
    ],
    ['a start script without a file', { scripts: { start: 'node --watch' } }, /which names no file/],
    ['a start script of a missing package', { scripts: { start: 'nuxt start' } }, /has a program "nuxt"/],
    ['npm in the start script', { scripts: { start: 'npm run serve' } }, /has a program "npm"/],
    ['a package.json that is no object', '5', /it holds no object/],
    ['nothing to run', {}, /has no bin, main or scripts\.start/],
    ['several programs', { bin: { a: 'a.js', b: 'lib/index.js' } }, /several programs in bin/],
    ['a file that is not built', { main: 'dist/x.js' }, /which doesn't exist/],
    ['a broken package.json', '{', /can't be read/],
  ])('is refused with one clear error: %s', (_title, content, message) => {
    manifest(content);
    expect(() => findTarget(dir)).toThrow(message);
  });

  it('is refused where there is none', () => {
    expect(() => findTarget(join(dir, 'lib'))).toThrow(/without a package.json/);
    expect(() => findTarget(join(dir, 'none.js'))).toThrow(/There is no file or folder/);
  });

  it.each([
    ['v20.20.2', false],
    ['v22.17.0', false],
    ['v22.18.0', true],
    ['v23.5.0', false],
    ['v24.0.0', true],
  ])('that is TypeScript, on Node %s: %s', (version, runs) => {
    const check = (): void => {
      checkTypeScript('server.ts', version);
    };
    if (runs) expect(check).not.toThrow();
    else expect(check).toThrow(/needs Node 22\.18 or later/);
    expect(() => {
      checkTypeScript('server.js', version);
    }).not.toThrow();
  });
});

describe('the addresses of a hosted program', () => {
  it('are those of the last record, and none of a log that is missing or broken', () => {
    const log = join(dir, 'x.log');
    expect(readyAddresses(log)).toEqual([]);
    writeFileSync(log, '{"addresses":["http://localhost:1"]}\n{"addresses":["http://localhost:2"]}\n{"msg":"x"}\n');
    expect(readyAddresses(log)).toEqual(['http://localhost:2']);
    writeFileSync(log, '{"addresses"');
    expect(readyAddresses(log)).toEqual([]);
  });
});
