import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EXIT_ADVICE } from '../../../src/cli/doctor/exit-advice.ts';
import { win32Code, type Win32Symbol } from '../../../src/errors/win32-codes.ts';
import { ROOT } from '../../support/imports.ts';
import { runCli } from './harness.ts';

const read = (file: string): string => readFileSync(join(ROOT, 'docs', file), 'utf8');
const headings = (text: string, level: number): string[] =>
  [...text.matchAll(new RegExp(`^#{${level}} (.+)$`, 'gm'))].map(([, title = '']) => title.trim());

describe('docs', () => {
  it('cli.md has a heading for each verb', async () => {
    const verbs = [...(await runCli(['--help'])).stdout.matchAll(/^ {2}([a-z]+) {2,}/gm)].map(([, verb]) => verb);
    expect(headings(read('cli.md'), 3).sort()).toEqual(verbs.sort());
  });

  it('cli.md names the options of install', async () => {
    const options = [...(await runCli(['install', '--help'])).stdout.matchAll(/^ {2}(--[\w-]+)/gm)].map(
      ([, o = '']) => o,
    );
    const text = read('cli.md');
    expect(options.filter((option) => !text.includes(option))).toEqual([]);
  });

  it('troubleshooting.md has a heading for each code that doctor explains', () => {
    const codes = headings(read('troubleshooting.md'), 2).map((title) => Number.parseInt(title, 10));
    // A timeout of our own has no meaning of its own to Windows.
    const explained = (Object.keys(EXIT_ADVICE) as Win32Symbol[]).filter((symbol) => symbol !== 'ERROR_TIMEOUT');
    expect(explained.filter((symbol) => !codes.includes(win32Code(symbol)))).toEqual([]);
  });

  it('link only to pages and headings that exist', () => {
    const anchor = (title: string): string =>
      title
        .toLowerCase()
        .replaceAll(/[^\w\s-]/g, '')
        .trim()
        .replaceAll(' ', '-');
    for (const file of ['cli.md', 'manager.md', 'accounts.md', 'recovery.md', 'troubleshooting.md']) {
      for (const [, page = '', target] of read(file).matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]+))?\)/g)) {
        const text = read(page || file);
        const anchors = [...headings(text, 2), ...headings(text, 3)].map(anchor);
        if (target !== undefined) expect(anchors, `${file} → ${page}#${target}`).toContain(target);
      }
    }
  });
});
