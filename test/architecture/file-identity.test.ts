import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT, sourceFiles } from '../support/imports.ts';

/** Property `dev` of a Stats object, also by destructuring. */
const DEVICE = /\.dev\b(?!\/)|\{[^}]*\bdev\b[^}]*\}\s*=\s*(?:await\s+)?\w*[sS]tat/;

describe('the identity of a file', () => {
  // libuv 1.49 and 1.50 on Windows 11 24H2: stat() has a device of 64 bits, fstat() one of 32, for the same file.
  it('is its number alone: no source file compares devices', () => {
    const found = sourceFiles('src').filter((file) =>
      DEVICE.test(withoutLinks(readFileSync(join(ROOT, file), 'utf8'))),
    );
    expect(found).toEqual([]);
  });

  it.each(['a.dev === b.dev', 'const { ino, dev } = fstatSync(fd);', 'if (info.dev !== 0n)'])(
    '%s is noticed',
    (text) => {
      expect(DEVICE.test(text)).toBe(true);
    },
  );
});

function withoutLinks(text: string): string {
  return text.replaceAll(/https?:\S+/g, '');
}
