import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../support/imports.ts';

describe('docs/security.md', () => {
  const text = readFileSync(join(ROOT, 'docs/security.md'), 'utf8');
  const promises = text.split('## Promises')[1]!.split('\n## ')[0]!;
  const rows = promises.split('\n').filter((line) => /^\| (?!-|promise)/.test(line));

  it('names a test that exists for each promise', () => {
    expect(rows.length).toBeGreaterThan(10);
    for (const row of rows) {
      const tests = [...row.matchAll(/`(test\/[^`]+)`/g)].map(([, file]) => file!);
      expect(tests, row).not.toEqual([]);
      expect(
        tests.filter((file) => !existsSync(join(ROOT, file))),
        row,
      ).toEqual([]);
    }
  });
});
