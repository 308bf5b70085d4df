/**
 * `npm run docs:site`: builds the documentation as a site, in temp/site. First TypeDoc writes the API reference from the
 * comments of the source, then VitePress builds all pages; it ends with an error at a dead link.
 * `-- --fast`: with the reference of two small modules only.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Application } from 'typedoc';
import { build } from 'vitepress';
import manifest from '../package.json' with { type: 'json' };

const root = fileURLToPath(new URL('..', import.meta.url));
const reference = join(root, 'docs/reference');
/** Modules of the package, without `winsvc/`; '' is the main one. */
const MODULES = Object.entries(manifest.exports).flatMap(([name, target]) =>
  typeof target === 'string' ? [] : [name === '.' ? '' : name.slice(2)],
);

await writeReference(process.argv.includes('--fast') ? ['session', 'eventlog/pino'] : MODULES);
await build(join(root, 'docs'));
process.stdout.write('The site is in temp/site.\n');

async function writeReference(modules: readonly string[]): Promise<void> {
  rmSync(reference, { recursive: true, force: true });
  const app = await Application.bootstrapWithPlugins({
    plugin: ['typedoc-plugin-markdown'],
    entryPoints: modules.map((name) => join(root, 'src', name, 'index.ts')),
    // So that a module is named after its folder, also when there are few.
    basePath: join(root, 'src'),
    displayBasePath: join(root, 'src'),
    tsconfig: join(root, 'tsconfig.json'),
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
  app.options.setValue('hidePageHeader', true);
  const project = await app.convert();
  if (!project) throw new Error('TypeDoc could not read the sources.');
  // Users know a module by the name that they import.
  for (const module of project.children ?? [])
    module.name = module.name === 'index' ? 'winsvc' : `winsvc/${module.name}`;
  project.children?.sort((a, b) => a.name.localeCompare(b.name));
  await app.outputs.writeOutput({ name: 'markdown', path: reference }, project);
}
