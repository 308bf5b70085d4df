import { appendFile, mkdtemp, open, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { GrowingFile } from '../../../src/util/growing-file.ts';
import { LineSplitter } from '../../../src/util/line-splitter.ts';
import { numRuns } from '../../support/num-runs.ts';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'winsvc-growing-'));
  path = join(folder, 'app.log');
  await writeFile(path, '');
});
afterEach(() => rm(folder, { recursive: true }));

async function read(added: GrowingFile): Promise<string[]> {
  const file = await open(path);
  try {
    const lines: string[] = [];
    for await (const chunk of added.read(file)) lines.push(...chunk);
    return lines;
  } finally {
    await file.close();
  }
}

describe('GrowingFile', () => {
  it('keeps a partial line until its end, and gives it as the rest', async () => {
    const added = new GrowingFile({ from: 0 });
    await appendFile(path, 'one\r\ntw');
    expect(await read(added)).toEqual(['one']);
    expect(added.rest).toBe('tw');
    await appendFile(path, 'o\n');
    expect(await read(added)).toEqual(['two']);
    expect(await read(added)).toEqual([]);
    expect(added.rest).toBe('');
  });

  it('reads a truncated file from its start, without the partial line from before', async () => {
    const added = new GrowingFile({ from: 0 });
    await appendFile(path, 'a long line\npartial');
    await read(added);
    await truncate(path, 0);
    expect(await read(added)).toEqual([]);
    await appendFile(path, 'new\n');
    expect(await read(added)).toEqual(['new']);
  });

  it('reads the end of a file of more than 2 GiB', async () => {
    const size = 3 * 2 ** 30 + 1;
    await truncate(path, size);
    const added = new GrowingFile({ from: 0, maxBehind: 4_096, maxLine: 100 });
    await appendFile(path, '\nlast\n');
    expect((await read(added)).at(-1)).toBe('last');
  });

  it('detects UTF-16 only when asked to', async () => {
    await appendFile(path, Buffer.from('\ufeffgrößer\r\n', 'utf16le'));
    expect(await read(new GrowingFile({ from: 0, detectsEncoding: true }))).toEqual(['größer']);
    expect(await read(new GrowingFile({ from: 0 }))).not.toEqual(['größer']);
  });

  it('detects the encoding of a file that was empty, and of one that is another after a truncation', async () => {
    const added = new GrowingFile({ from: 0, detectsEncoding: true });
    expect(await read(added)).toEqual([]);
    await appendFile(path, Buffer.from('first\n', 'utf16le').swap16());
    expect(await read(added)).toEqual(['first']);
    await truncate(path, 0);
    await read(added);
    await appendFile(path, 'plain\n');
    expect(await read(added)).toEqual(['plain']);
  });
});

describe('LineSplitter', () => {
  it('gives the same lines however the text is divided', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.array(fc.nat(40), { maxLength: 20 }), (text, cuts) => {
        // A byte order mark is removed, as every decoder does it.
        const bytes = Buffer.from(text.replace(/^\ufeff/, ''));
        const splitter = new LineSplitter();
        const lines: string[] = [];
        let from = 0;
        for (const cut of cuts) {
          lines.push(...splitter.add(bytes.subarray(from, from + cut)));
          from += cut;
        }
        lines.push(...splitter.add(bytes.subarray(from)));
        const whole = bytes.toString('utf8').split('\n');
        const rest = whole.pop();
        expect(lines).toEqual(whole.map((line) => line.replace(/\r$/, '')));
        expect(splitter.rest).toBe(rest);
      }),
      { numRuns },
    );
  });

  it('drops the line that is cut, also when its end is in a later piece', () => {
    const splitter = new LineSplitter();
    splitter.skipLine();
    expect(splitter.add(Buffer.from('half of a line'))).toEqual([]);
    expect(splitter.add(Buffer.from(', its end\nnext\n'))).toEqual(['next']);
  });
});
