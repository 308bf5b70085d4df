// Every link of the docs leads to a file and a heading that exist, and those of the README to files in the package.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join, posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { docsPages, readPage } from '../support/docs-commands.ts';
import { ROOT } from '../support/imports.ts';

const { files } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { files: string[] };
const LINK = /!?\[[^\]]*\]\(([^)\s]+)\)/g;

/** As GitHub and the docs site do it. */
function anchorsOf(text: string): Set<string> {
  const seen = new Map<string, number>();
  const withoutCode = text.replaceAll(/^```[\s\S]*?^```$/gm, '');
  return new Set(
    [...withoutCode.matchAll(/^#{1,6} (.+)$/gm)].map(([, title = '']) => {
      const plain = title.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').replaceAll('`', '');
      const slug = plain
        .trim()
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
        .replaceAll(/\s/g, '-');
      const count = seen.get(slug) ?? 0;
      seen.set(slug, count + 1);
      return count === 0 ? slug : `${slug}-${count}`;
    }),
  );
}

/** Returns what is wrong with the links of a page. */
function problemsOf(file: string, text: string, exists = (path: string) => existsSync(join(ROOT, path))): string[] {
  const prose = text.replaceAll(/^```[\s\S]*?^```$/gm, '').replaceAll(/`[^`\n]*`/g, '');
  return [...prose.matchAll(LINK)].flatMap(([, target = '']) => {
    if (/^(?:https?:|mailto:)/.test(target)) return URL.canParse(target) ? [] : [`${file} → ${target}: no URL`];
    const [path = '', anchor] = target.split('#');
    const to = path === '' ? file : posix.join(posix.dirname(file), path);
    if (to.startsWith('..') || !exists(to)) return [`${file} → ${target}: no such file`];
    if (anchor === undefined) return [];
    const page = to.endsWith('.md') ? readPage(to) : '';
    return anchorsOf(page).has(anchor) ? [] : [`${file} → ${target}: no such heading`];
  });
}

const isShipped = (path: string): boolean =>
  existsSync(join(ROOT, path)) &&
  (['README.md', 'LICENSE', 'CHANGELOG.md', 'package.json'].includes(path) ||
    files.some((entry) => !entry.startsWith('!') && (path === entry || path.startsWith(`${entry}/`))));

describe('links in the docs', () => {
  it('lead to files and headings that exist', () => {
    expect(docsPages().flatMap((file) => problemsOf(file, readPage(file)))).toEqual([]);
  });

  it('work from the package: the README links only to what is in it', () => {
    expect(problemsOf('README.md', readPage('README.md'), isShipped)).toEqual([]);
  });

  it('every page can be reached from the README', () => {
    const seen = new Set(['README.md']);
    for (const file of seen) {
      for (const [, target = ''] of readPage(file).matchAll(LINK)) {
        const to = posix.join(posix.dirname(file), target.split('#')[0] ?? '');
        const page = existsSync(join(ROOT, to)) && statSync(join(ROOT, to)).isDirectory() ? `${to}/README.md` : to;
        if (page.endsWith('.md') && existsSync(join(ROOT, page))) seen.add(page);
      }
    }
    expect(
      docsPages().filter((file) => file.startsWith('docs/') && file !== 'docs/index.md' && !seen.has(file)),
    ).toEqual([]);
  });

  it.each([
    '[x](nowhere.md)',
    '[x](docs/cli.md#nowhere)',
    '[x](#nowhere)',
    '![x](docs/images/nowhere.png)',
    '[x](../outside.md)',
  ])('%s is noticed', (text) => {
    expect(problemsOf('README.md', text)).toHaveLength(1);
  });
});
