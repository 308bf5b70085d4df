import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { Options } from 'tsup';
import { noticesPlugin } from './notices-plugin.ts';

const SOURCE = fileURLToPath(new URL('../../src/admin/page/', import.meta.url));

/**
 * Builds the page of winsvc/admin: its files by the paths under which the admin serves them.
 *
 * @param outdir where the licenses of what is bundled are written
 */
export async function buildPage(outdir?: string): Promise<ReadonlyMap<string, string>> {
  const { outputFiles } = await build({
    entryPoints: [join(SOURCE, 'app.ts')],
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    platform: 'browser',
    // The licenses are in THIRD-PARTY-NOTICES, as for everything that is bundled.
    legalComments: 'none',
    write: false,
    ...(outdir !== undefined && { outdir, plugins: [noticesPlugin] }),
  });
  const read = (name: string): Promise<string> => readFile(join(SOURCE, name), 'utf8');
  return new Map([
    ['index.html', await read('index.html')],
    ['admin-page/app.js', outputFiles[0]?.text ?? ''],
    ['admin-page/style.css', await read('style.css')],
  ]);
}

type Plugin = NonNullable<Options['esbuildPlugins']>[number];

/** Writes the page beside the bundles. */
export const pagePlugin: Plugin = {
  name: 'winsvc-page',
  setup({ initialOptions: { outdir }, onEnd }) {
    if (outdir === undefined) return;
    onEnd(async () => {
      for (const [name, content] of await buildPage(outdir)) {
        const file = join(outdir, 'admin', 'page', name);
        await mkdir(dirname(file), { recursive: true });
        await writeFile(file, content);
      }
    });
  },
};
