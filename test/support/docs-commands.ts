import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { ROOT } from './imports.ts';

/** A command of winsvc in a page, as it stands there. */
export interface DocsCommand {
  readonly file: string;
  readonly line: number;
  /** Words after `winsvc`, without quotes. */
  readonly argv: readonly string[];
  /** In a sentence, where arguments may be left out; otherwise it stands in a block, whole. */
  readonly inline: boolean;
}

/** The pages that users read: README, docs, the READMEs of examples. */
export function docsPages(): string[] {
  const below = (folder: string): string[] =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .map((name) => `${folder}/${name.split(sep).join('/')}`)
      .filter(
        (file) =>
          file.endsWith('.md') && !/node_modules|vendor|docs\/(?:reference|examples)|\/\.vitepress\//.test(file),
      );
  return ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md', ...below('docs'), ...below('examples')];
}

export const readPage = (file: string): string => readFileSync(join(ROOT, file), 'utf8').replaceAll('\r\n', '\n');

const BLOCK = /^```(\w*)\n([\s\S]*?)^```$/gm;
const SHELLS = new Set(['sh', 'console', 'bat', 'powershell', 'yaml', '']);
/** A command begins a line, or follows a prompt or a step of CI. */
const LINE = /^(?:\S*> ?|\$ |- run: |\s+run: )?\s*(?:npx |pnpm exec |yarn )?winsvc (.*)$/;
const INLINE = /`(?:npx )?winsvc ([^`]+)`/g;

export function commandsOf(file: string): DocsCommand[] {
  const text = readPage(file);
  const lineAt = (index: number): number => text.slice(0, index).split('\n').length;
  const blocks = [...text.matchAll(BLOCK)];
  const inBlocks = blocks
    .filter(([, language = '']) => SHELLS.has(language))
    .flatMap(({ 2: code = '', index }) =>
      code.split('\n').flatMap((line, i) => {
        const [, words] = LINE.exec(line) ?? [];
        return words === undefined ? [] : [{ file, line: lineAt(index) + i + 1, argv: split(words), inline: false }];
      }),
    );
  const prose = text.replaceAll(BLOCK, (block) => block.replaceAll(/[^\n]/g, ' '));
  const inProse = [...prose.matchAll(INLINE)].map(({ 1: words = '', index }) => ({
    file,
    line: lineAt(index),
    argv: split(words),
    inline: true,
  }));
  return [...inBlocks, ...inProse];
}

/** Splits as a shell does, up to a comment, a pipe, a redirection or a placeholder. */
function split(words: string): string[] {
  const argv: string[] = [];
  for (const [word] of words.matchAll(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g)) {
    if (/^(?:[#<>[…]|\.\.\.)|\|/.test(word)) break;
    argv.push(word.replaceAll(/["']/g, '').replace(/[;,]$/, ''));
  }
  return argv;
}
