import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { renderDocs } from '../../scripts/docs-blocks.ts';
import { ERROR_CODES } from '../../src/errors/error-codes.ts';
import { STATES } from '../../src/scm/states.ts';
import { ROOT } from '../support/imports.ts';

const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8').replaceAll('\r\n', '\n');
const headings = (text: string, level: number): string[] =>
  [...text.matchAll(new RegExp(`^#{${level}} \`?([^\`\\n]+)\`?$`, 'gm'))].map(([, title = '']) => title);

describe('docs', () => {
  it('have current blocks; otherwise: npm run docs:generate', async () => {
    for (const { file, before, after } of await renderDocs()) expect(before, file).toBe(after);
  });

  it('errors.md has a heading for each error code, in the order of the table', () => {
    const codes = headings(read('docs/errors.md'), 3).filter((title) => /^[A-Z][A-Z0-9_]+$/.test(title));
    expect(codes).toEqual(Object.keys(ERROR_CODES));
  });

  it('errors.md says what each code means and what to do', () => {
    for (const section of read('docs/errors.md').split(/^### /m).slice(1)) {
      const [title = ''] = section.split('\n');
      expect(section.length, title).toBeGreaterThan(title.length + 80);
    }
  });

  it('lifecycle.md says what each state means', () => {
    expect(headings(read('docs/lifecycle.md'), 3)).toEqual([...STATES]);
  });

  it('link only to files that exist', () => {
    for (const file of ['docs/errors.md', 'docs/lifecycle.md', 'docs/versioning.md', 'CONTRIBUTING.md']) {
      for (const [, target = ''] of read(file).matchAll(/\]\((?!https?:|#)([^)#]+)/g)) {
        expect(() => read(join(file, '..', target)), `${file} → ${target}`).not.toThrow();
      }
    }
  });
});
