import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { create } from 'tar';
import { Header } from 'tar/header';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDiskReleaseFiles } from '../../../src/upgrade/disk-release-files.ts';
import { splitEntryPath } from '../../../src/upgrade/source/entry-path.ts';
import type { SourceLimits } from '../../../src/upgrade/source/source-limits.ts';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'winsvc archive '));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const files = createDiskReleaseFiles();

interface Entry {
  readonly path: string;
  readonly type?: 'File' | 'SymbolicLink' | 'Link' | 'Directory' | 'FIFO' | 'CharacterDevice';
  readonly linkpath?: string;
  readonly content?: string | Buffer;
  /** Size in the header, where it lies. */
  readonly size?: number;
}

let count = 0;
/** Writes an archive entry by entry, as no tool would. */
function archive(entries: readonly Entry[], zip: (tar: Buffer) => Buffer = gzipSync): string {
  const blocks = entries.flatMap(({ path, type = 'File', linkpath, content = '', size }) => {
    const data = Buffer.from(content);
    const header = new Header({
      path,
      type,
      size: size ?? data.length,
      mode: 0o644,
      mtime: new Date(0),
      ...(linkpath === undefined ? {} : { linkpath }),
    });
    const block = Buffer.alloc(512);
    header.encode(block, 0);
    return [block, data, Buffer.alloc((512 - (data.length % 512)) % 512)];
  });
  const file = join(dir, `${++count}.tgz`);
  writeFileSync(file, zip(Buffer.concat([...blocks, Buffer.alloc(1024)])));
  return file;
}

async function add(source: string, limits: SourceLimits = {}): Promise<string> {
  const root = join(dir, `root ${++count}`);
  const folder = join(root, '1.0.0');
  const content = await files.inspect(source, limits, undefined);
  await files.stage(root, content, limits, undefined);
  await files.publish(root, folder);
  return folder;
}

const MANIFEST = { path: 'package/package.json', content: '{"name":"orders","version":"2.1.0","main":"main.js"}' };

describe('a release from an archive', () => {
  it('is what npm pack makes, without its folder "package"', async () => {
    const source = join(dir, 'npm');
    for (const [file, text] of [
      ['package/package.json', MANIFEST.content],
      ['package/lib/größe 東京.js', 'x'.repeat(200_000)],
      [`package/${'long/'.repeat(40)}name.js`, 'y'],
    ] as const) {
      mkdirSync(dirname(join(source, file)), { recursive: true });
      writeFileSync(join(source, file), text);
    }
    const file = join(dir, 'orders.tgz');
    await create({ file, cwd: source, gzip: true, portable: true }, ['package']);
    const content = await files.inspect(file, {}, undefined);
    expect(content).toMatchObject({ top: 'package', manifest: { version: '2.1.0', main: 'main.js' } });
    expect(content.files).toContain('lib/größe 東京.js');
    const folder = await add(file);
    expect(readFileSync(join(folder, 'lib/größe 東京.js'), 'utf8')).toHaveLength(200_000);
    expect(readFileSync(join(folder, 'long/'.repeat(40), 'name.js'), 'utf8')).toBe('y');
    expect(readdirSync(dirname(folder))).toEqual(['1.0.0']);
  });

  it('may lack a common folder, and be plain', async () => {
    const file = archive(
      [
        { path: 'package.json', content: '{"version":"3"}' },
        { path: 'src/a.js', content: 'a' },
      ],
      (tar) => tar,
    );
    expect(await files.inspect(file, {}, undefined)).toMatchObject({ top: '', manifest: { version: '3' } });
    expect(readFileSync(join(await add(file), 'src/a.js'), 'utf8')).toBe('a');
  });

  it.each<[string, Entry]>([
    ['leads out', { path: 'package/../../evil.js' }],
    ['leads out by backslashes', { path: 'package\\..\\..\\evil.js' }],
    ['is absolute', { path: '/etc/passwd' }],
    ['has a drive', { path: 'C:/Windows/evil.dll' }],
    ['has a drive after the folder', { path: 'package/C:evil.js' }],
    ['is on another machine', { path: '\\\\server\\share\\evil.js' }],
    ['is a stream of another file', { path: 'package/main.js:evil' }],
    ['is a device', { path: 'package/NUL.js' }],
    ['ends with a dot', { path: 'package/main.js.' }],
    ['is a symbolic link', { path: 'package/link', type: 'SymbolicLink', linkpath: '../../..' }],
    ['is a link within', { path: 'package/link', type: 'SymbolicLink', linkpath: 'package.json' }],
    ['is a hard link', { path: 'package/link', type: 'Link', linkpath: '/etc/passwd' }],
    ['is a pipe', { path: 'package/fifo', type: 'FIFO' }],
    ['is a device node', { path: 'package/null', type: 'CharacterDevice' }],
    ['is there twice', { path: 'package/PACKAGE.json' }],
  ])('is refused when an entry %s', async (_title, entry) => {
    const file = archive([MANIFEST, entry, { path: 'package/main.js' }]);
    await expect(files.inspect(file, {}, undefined)).rejects.toMatchObject({ code: 'RELEASE_INVALID' });
    // Also when the archive was exchanged after it was read.
    const good = await files.inspect(archive([MANIFEST]), {}, undefined);
    const root = join(dir, `exchanged ${count}`);
    await expect(files.stage(root, { ...good, source: file }, {}, undefined)).rejects.toMatchObject({
      code: 'RELEASE_INVALID',
    });
    expect(readdirSync(dir)).not.toContain('evil.js');
  });

  it.each<[string, () => string, SourceLimits]>([
    [
      'has files larger than the bound',
      () => archive([MANIFEST, { path: 'package/zeros', content: Buffer.alloc(2 ** 20) }]),
      { maxBytes: 100_000 },
    ],
    [
      'has too many files',
      () => archive(Array.from({ length: 50 }, (_, i) => ({ path: `package/${i}` }))),
      { maxEntries: 20 },
    ],
    [
      'announces a size that it has not',
      () => archive([MANIFEST, { path: 'package/x', content: 'x', size: 2 ** 33 }]),
      {},
    ],
    [
      'is padding that never ends',
      () => archive([MANIFEST], (tar) => gzipSync(Buffer.concat([tar, Buffer.alloc(2 ** 24)]))),
      { maxBytes: 1_000, maxEntries: 10 },
    ],
    ['is compressed twice', () => archive([MANIFEST], (tar) => gzipSync(gzipSync(tar))), {}],
    ['is cut off', () => archive([MANIFEST], (tar) => gzipSync(tar).subarray(0, -20)), {}],
    ['is cut off in the archive', () => archive([MANIFEST, { path: 'package/x', content: 'x', size: 5_000 }]), {}],
    ['is no archive', () => archive([], () => Buffer.from('hello, I am a text')), {}],
    ['is empty', () => archive([]), {}],
    ['has a package.json that is none', () => archive([{ ...MANIFEST, content: '{' }]), {}],
  ])('is refused when it %s', async (_title, make, limits) => {
    const began = performance.now();
    await expect(files.inspect(make(), limits, undefined)).rejects.toMatchObject({ code: 'RELEASE_INVALID' });
    expect(performance.now() - began).toBeLessThan(5_000);
  });
});

describe('a release from a folder', () => {
  it('may have links within, and none that lead out', async () => {
    const source = join(dir, 'links');
    mkdirSync(join(source, 'real'), { recursive: true });
    writeFileSync(join(source, 'real', 'a.js'), 'a');
    symlinkSync('real', join(source, 'alias'));
    const folder = await add(source);
    expect(readFileSync(join(folder, 'alias', 'a.js'), 'utf8')).toBe('a');
    // It doesn't depend on the source.
    await rm(join(source, 'real'), { recursive: true });
    expect(readFileSync(join(folder, 'alias', 'a.js'), 'utf8')).toBe('a');
    symlinkSync('..', join(source, 'out'));
    await rm(join(source, 'alias'));
    await expect(files.inspect(source, {}, undefined)).rejects.toThrow(/outside of the folder/);
    await rm(join(source, 'out'));
    symlinkSync('nowhere', join(source, 'broken'));
    await expect(files.inspect(source, {}, undefined)).rejects.toThrow(/doesn't exist/);
  });

  it('is refused above the bounds', async () => {
    const source = join(dir, 'large');
    mkdirSync(source);
    for (let i = 0; i < 20; i++) writeFileSync(join(source, `${i}`), 'x'.repeat(100));
    await expect(files.inspect(source, { maxBytes: 1_000 }, undefined)).rejects.toThrow(/maxBytes/);
    await expect(files.inspect(source, { maxEntries: 10 }, undefined)).rejects.toThrow(/maxEntries/);
  });
});

describe('splitEntryPath', () => {
  it('drops what names no folder', () => {
    expect(splitEntryPath('./package//lib/./a.js')).toEqual(['package', 'lib', 'a.js']);
    expect(splitEntryPath('package/')).toEqual(['package']);
    expect(splitEntryPath('package/..hidden/a..b.js')).toEqual(['package', '..hidden', 'a..b.js']);
  });
});
