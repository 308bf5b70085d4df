import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { copyFolders } from '../../../src/hosting/install/copy-folders.ts';
import { findHostFiles } from '../../../src/hosting/install/host-files.ts';
import { nodeVersion, pinNode } from '../../../src/hosting/install/pin-node.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'winsvc Dateien ä '));
});
afterEach(() => {
  rmSync(dir, { recursive: true });
});

describe('the files of the host', () => {
  it("are the program's own winsvc, where it has one", () => {
    const dist = join(dir, 'node_modules/winsvc/dist');
    mkdirSync(dist, { recursive: true });
    writeFileSync(join(dist, 'hosted.cjs'), '');
    writeFileSync(join(dist, '../package.json'), '{ "version": "9.9.9" }');
    const found = findHostFiles(join(dir, 'server.js'), import.meta.url, undefined);
    expect(found).toMatchObject({ file: join(dist, 'hosted.cjs'), folder: undefined });
  });

  it('are a copy by version below %ProgramFiles% otherwise', () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    const found = findHostFiles(join(dir, 'server.js'), import.meta.url, join(dir, 'Program Files'));
    expect(found.file).toBe(join(dir, 'Program Files', 'winsvc', version, 'dist', 'hosted.cjs'));
    expect(() => findHostFiles(join(dir, 'server.js'), import.meta.url, undefined)).toThrow(/npm install winsvc/);
  });

  it('are there whole or not at all', () => {
    writeFileSync(join(dir, 'a'), 'a');
    const target = join(dir, 'x', '1.0.0');
    expect(() => {
      copyFolders({ a: join(dir, 'a'), b: join(dir, 'missing') }, target);
    }).toThrow(/can't be copied to .*1\.0\.0.*administrator/);
    expect(readdirSync(join(dir, 'x'))).toEqual([]);
    copyFolders({ a: join(dir, 'a') }, target);
    // A second install at the same time loses the race, and uses the first one's copy.
    copyFolders({ a: join(dir, 'a') }, target);
    expect(readdirSync(join(dir, 'x'))).toEqual(['1.0.0']);
  });
});

describe('a pinned node.exe', () => {
  it('has the version in its folder, and is copied once', () => {
    const { file, copy } = pinNode(process.execPath, dir);
    expect(file).toContain(`node-${process.versions.node}-${process.arch}`);
    copy();
    copy();
    expect(existsSync(file)).toBe(true);
  });

  it('must be a Node.js that runs', () => {
    writeFileSync(join(dir, 'node.exe'), 'no program', { mode: 0o755 });
    expect(() => nodeVersion(join(dir, 'node.exe'))).toThrow(/is not a Node\.js that runs/);
    expect(() => nodeVersion(join(dir, 'none.exe'))).toThrow(/is not a Node\.js that runs/);
    expect(() => pinNode(process.execPath, undefined)).toThrow(/%ProgramFiles%/);
  });
});
