import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { extractFile } from '../../../src/sea/extract.ts';

const content = Buffer.from('the binary of koffi');
const sha256 = createHash('sha256').update(content).digest('hex');
const file = { name: 'koffi.node', sha256, read: vi.fn(() => content) };

let dir: string;
let programFiles: string;
let beside: string;
let shared: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'winsvc exe ä '));
  programFiles = join(dir, 'Programme');
  beside = join(dir, 'exe');
  shared = join(programFiles, 'winsvc', 'files', sha256, 'koffi.node');
  mkdirSync(beside);
  file.read.mockClear();
});
afterEach(() => {
  rmSync(dir, { recursive: true });
});

const write = (path: string, text: string | Buffer): void => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
};

describe('extractFile', () => {
  it('writes the file into a folder of its hash, and takes it from there the next time', () => {
    expect(extractFile(file, programFiles, beside)).toBe(shared);
    expect(readFileSync(shared)).toEqual(content);
    expect(readdirSync(dirname(shared))).toEqual(['koffi.node']);
    expect(extractFile(file, programFiles, beside)).toBe(shared);
    expect(file.read).toHaveBeenCalledTimes(1);
  });

  it.each([
    ['another file', 'something else'],
    ['a part of it', content.subarray(0, 5)],
    ['an empty file', ''],
  ])('replaces %s at that place', (_, found) => {
    write(shared, found);
    expect(extractFile(file, programFiles, beside)).toBe(shared);
    expect(readFileSync(shared)).toEqual(content);
  });

  it('takes the one beside the exe, without writing anything', () => {
    write(join(beside, 'koffi.node'), content);
    expect(extractFile(file, programFiles, beside)).toBe(join(beside, 'koffi.node'));
    expect(existsSync(programFiles)).toBe(false);
  });

  it('does not take another file beside the exe', () => {
    write(join(beside, 'koffi.node'), 'something else');
    expect(extractFile(file, programFiles, beside)).toBe(shared);
  });

  it.each([
    ['a file is in the way', () => programFiles, /can't be written to .*Programme.*Run the exe once as administrator/],
    ['%ProgramFiles% is not set', () => undefined, /%ProgramFiles% is not set.*or put koffi\.node beside it/],
  ])('says what to do when %s', (_, folder, message) => {
    writeFileSync(programFiles, '');
    expect(() => extractFile(file, folder(), beside)).toThrow(
      expect.objectContaining({ code: 'FILES_MISSING', message: expect.stringMatching(message) as string }) as Error,
    );
    expect(readdirSync(dir).sort()).toEqual(['Programme', 'exe']);
  });
});
