import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../examples', import.meta.url));
const LANGUAGES: Readonly<Record<string, string>> = {
  '.js': 'js',
  '.ts': 'ts',
  '.json': 'json',
  '.yaml': 'yaml',
  '.css': 'css',
  '.html': 'html',
};

interface ExamplePage {
  readonly params: { readonly name: string };
  readonly content: string;
}

/** One page for each example: its README, then its files. */
export default {
  paths: (): ExamplePage[] => readdirSync(root).map((name) => ({ params: { name }, content: contentOf(name) })),
};

function contentOf(name: string): string {
  const files = readdirSync(join(root, name), { recursive: true, encoding: 'utf8' })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => !/(?:^|\/)(?:node_modules|dist|vendor)(?:\/|$)/.test(file) && extname(file) in LANGUAGES)
    .sort();
  const readme = readFileSync(join(root, name, 'README.md'), 'utf8');
  const blocks = files.map((file) => {
    const text = readFileSync(join(root, name, file), 'utf8');
    return `### ${file}\n\n\`\`\`\`${LANGUAGES[extname(file)] ?? ''}\n${text}\`\`\`\`\n`;
  });
  // Links of the README begin in its own folder; the page is one folder up in the site.
  const links = readme
    .replaceAll('](../../docs/', '](/')
    .replaceAll('](../', '](/examples/')
    .replaceAll(/(\]\(\/[^)]*)\.md/g, '$1');
  return `${links}\n\n## Files\n\n${blocks.join('\n')}`;
}
