import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../support/imports.ts';

interface Words {
  /** Words of the project's old dialect, and what to write instead. */
  readonly banned: readonly { readonly pattern: string; readonly use: string }[];
  /** Files and folders that are still to be rewritten. */
  readonly pending: readonly string[];
}
const { banned, pending } = JSON.parse(readFileSync(join(ROOT, 'test/architecture/words.json'), 'utf8')) as Words;

const TEXT = /\.(?:ts|js|md|html|ya?ml)$/;
const isPending = (file: string): boolean => pending.some((place) => file === place || file.startsWith(`${place}/`));

function filesBelow(place: string): string[] {
  if (statSync(join(ROOT, place)).isFile()) return [place];
  return readdirSync(join(ROOT, place), { recursive: true, encoding: 'utf8' })
    .map((name) => `${place}/${name.split(sep).join('/')}`)
    .filter((file) => TEXT.test(file) && !/node_modules\/|docs\/reference\//.test(file));
}

/** `file:line 'word': use this instead`. */
function findBanned(file: string): string[] {
  const text = readFileSync(join(ROOT, file), 'utf8');
  return banned.flatMap(({ pattern, use }) =>
    [...text.matchAll(new RegExp(pattern, 'gi'))].map((match) => {
      const line = text.slice(0, match.index).split('\n').length;
      return `${file}:${line} '${match[0].replace(/\s+/g, ' ')}': ${use}`;
    }),
  );
}

const files = ['README.md', ...['src', 'docs', 'examples'].flatMap(filesBelow)];

describe('plain English', () => {
  it('is what source, documentation and examples are written in', () => {
    expect(files.filter((file) => !isPending(file)).flatMap(findBanned)).toEqual([]);
  });

  it('finds the words that it looks for', () => {
    for (const { pattern } of banned) expect(() => new RegExp(pattern, 'gi')).not.toThrow();
    expect(new RegExp(banned[0]!.pattern, 'i').test('for somebody who waits')).toBe(true);
    expect(new RegExp(banned.at(-1)!.pattern).test('/**\n * Whether it runs. */')).toBe(true);
  });
});
