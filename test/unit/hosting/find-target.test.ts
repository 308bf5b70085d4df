import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkTypeScript, findTarget } from '../../../src/hosting/install/find-target.ts';
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
    ['scripts.start', { scripts: { start: 'node a.js --port 3000' } }, 'a.js', ['--port', '3000']],
  ])('is, of a folder, %s', (_title, content, script, args) => {
    manifest(content);
    expect(findTarget(dir)).toEqual({ script: join(dir, script), args });
  });

  it('is a file itself', () => {
    expect(findTarget(join(dir, 'a.js'))).toEqual({ script: join(dir, 'a.js'), args: [] });
  });

  it.each([
    [
      'a start script for a shell',
      { scripts: { start: 'next start && echo' } },
      /is "next start && echo".*Name the script/,
    ],
    ['nothing to run', {}, /neither bin nor main/],
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
