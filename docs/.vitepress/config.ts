import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig, type DefaultTheme } from 'vitepress';

const docs = fileURLToPath(new URL('..', import.meta.url));
const page = (text: string, link: string): DefaultTheme.SidebarItem => ({ text, link });
const folder = (name: string): string[] => (existsSync(join(docs, name)) ? readdirSync(join(docs, name)) : []);

/** The title of a page: its first heading. */
function titleOf(file: string): string {
  return /^# (.+)$/m.exec(readFileSync(join(docs, `${file}.md`), 'utf8'))?.[1] ?? file;
}

const recipes = folder('recipes')
  .filter((file) => file.endsWith('.md') && file !== 'index.md')
  .map((file) => file.replace(/\.md$/, ''))
  .map((name) => page(titleOf(`recipes/${name}`), `/recipes/${name}`));

/** Modules of the API reference, as scripts/docs-site.ts wrote it. */
const modules = readdirSync(join(docs, 'reference'), { recursive: true, encoding: 'utf8' })
  .map((file) => file.split(sep).join('/'))
  .filter((file) => /^winsvc\/.*index\.md$/.test(file))
  .map((file) => posix.dirname(file))
  .sort((a, b) => a.localeCompare(b))
  .map((name) => page(name, `/reference/${name}/`));

/** Pages of the sidebar, in the order in which a new user reads them. */
const GUIDE: readonly [title: string, pages: readonly string[]][] = [
  ['Begin', ['getting-started', 'hosting', 'troubleshooting', 'comparison', 'migrating']],
  [
    'Services',
    [
      'lifecycle',
      'logging',
      'event-log',
      'accounts',
      'recovery',
      'session-0',
      'configuration',
      'bundling',
      'packaging',
      'upgrading',
    ],
  ],
  [
    'Watch and manage',
    [
      'health',
      'heartbeat',
      'watchdog',
      'from-a-loop-to-the-watchdog',
      'metrics',
      'telemetry',
      'manager',
      'admin',
      'fleet',
    ],
  ],
  ['Reference', ['cli', 'errors', 'testing', 'testing-your-service', 'versioning']],
  ['Inside', ['architecture', 'reliability', 'security']],
];
const listed = new Set(GUIDE.flatMap(([, pages]) => pages));
const others = folder('.')
  .filter((file) => file.endsWith('.md'))
  .map((file) => file.replace(/\.md$/, ''))
  .filter((name) => name !== 'index' && !listed.has(name))
  .map((name) => page(titleOf(name), `/${name}`));

const sidebar: DefaultTheme.SidebarItem[] = [
  ...GUIDE.map(([text, pages]) => ({
    text,
    items: pages.filter((name) => existsSync(join(docs, `${name}.md`))).map((name) => page(titleOf(name), `/${name}`)),
  })),
  ...(others.length > 0 ? [{ text: 'More', items: others }] : []),
  { text: 'Recipes', link: '/recipes/', collapsed: true, items: recipes },
  { text: 'API', link: '/reference/', collapsed: true, items: modules },
  {
    text: 'Examples',
    collapsed: true,
    items: readdirSync(join(docs, '../examples')).map((name) => page(name, `/examples/${name}`)),
  },
];

/** Maps a link to the site: `../examples/plain` → `/examples/plain`; `undefined` for files that the site doesn't have. */
function siteLink(href: string, relativePath: string): string | undefined {
  if (/^(?:[a-z]+:|#|\/)/.test(href)) return href;
  const target = posix.join('docs', dirname(relativePath), href.replace(/#.*/, '')).replace(/\/(?:README\.md)?$/, '');
  const example = /^examples\/([^/]+)$/.exec(target);
  if (example) return `/examples/${example[1] ?? ''}`;
  return target === 'docs' || target.startsWith('docs/') ? href : undefined;
}

export default defineConfig({
  title: 'winsvc',
  description: 'Run a Node.js app as a Windows service, in one process.',
  outDir: '../temp/site',
  cacheDir: '../temp/site-cache',
  cleanUrls: true,
  lastUpdated: false,
  markdown: {
    theme: { light: 'github-light', dark: 'github-dark' },
    languageAlias: { cjs: 'js' },
    config(md) {
      const fence = md.renderer.rules.fence?.bind(md.renderer.rules);
      md.renderer.rules.fence = (tokens, index, ...rest) => {
        const { info = '', content = '' } = tokens[index] ?? {};
        if (info.trim() === 'mermaid') return `<MermaidDiagram code="${encodeURIComponent(content)}" />`;
        return fence?.(tokens, index, ...rest) ?? '';
      };
      md.core.ruler.push('site-links', (state) => {
        const { relativePath = '' } = state.env as { relativePath?: string };
        for (const block of state.tokens) {
          let dropped = false;
          // The text of a link to a file that the site doesn't have stays, without the link.
          block.children = (block.children ?? []).filter((token) => {
            if (token.type === 'link_open') {
              const href = siteLink(token.attrGet('href') ?? '', relativePath);
              dropped = href === undefined;
              if (href !== undefined) token.attrSet('href', href);
            }
            return !(dropped && (token.type === 'link_open' || token.type === 'link_close'));
          });
        }
      });
    },
  },
  themeConfig: {
    search: { provider: 'local' },
    outline: [2, 3],
    sidebar,
    nav: [
      { text: 'Getting started', link: '/getting-started' },
      { text: 'Recipes', link: '/recipes/' },
      { text: 'Command line', link: '/cli' },
      { text: 'API', link: '/reference/' },
    ],
    docFooter: { prev: 'Previous', next: 'Next' },
  },
});
