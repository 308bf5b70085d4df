/**
 * `npm run docs:site`: builds the documentation as a site, in temp/site. First TypeDoc writes the API reference from the
 * comments of the source, then VitePress builds all pages; it ends with an error at a dead link.
 * `-- --fast`: without the reference.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Application } from 'typedoc';
import { build } from 'vitepress';
import manifest from '../package.json' with { type: 'json' };

const root = fileURLToPath(new URL('..', import.meta.url));
const reference = `${root}docs/reference`;

if (process.argv.includes('--fast')) {
  mkdirSync(reference, { recursive: true });
  writeFileSync(`${reference}/index.md`, '# API\n\nLeft out of this build.\n');
} else {
  await writeReference();
}
await build(`${root}docs`);
process.stdout.write('The site is in temp/site.\n');

async function writeReference(): Promise<void> {
  rmSync(reference, { recursive: true, force: true });
  const entries = Object.entries(manifest.exports).flatMap(([name, target]) =>
    typeof target === 'string' ? [] : [`src/${name === '.' ? '' : `${name.slice(2)}/`}index.ts`],
  );
  const app = await Application.bootstrapWithPlugins({
    plugin: ['typedoc-plugin-markdown'],
    entryPoints: entries.map((entry) => `${root}${entry}`),
    tsconfig: `${root}tsconfig.json`,
    // It empties this folder first.
    out: reference,
    // tsc has checked them.
    skipErrorChecking: true,
    excludeInternal: true,
    excludePrivate: true,
    disableSources: true,
    readme: 'none',
    name: 'API',
    logLevel: 'Error',
  });
  app.options.setValue('entryFileName', 'index');
  app.options.setValue('hideBreadcrumbs', true);
  const project = await app.convert();
  if (!project) throw new Error('TypeDoc could not read the sources.');
  await app.outputs.writeOutput({ name: 'markdown', path: reference }, project);
}
