import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Options } from 'tsup';

type Plugin = NonNullable<Options['esbuildPlugins']>[number];
interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
}

const FILE = 'THIRD-PARTY-NOTICES';
const HEADING = 'winsvc contains code of the packages below, under the licenses that follow.\n';
const LICENSE_FILE = /^(?:licen[cs]e|copying|notice)(?:[.-].*)?$/i;

/** Folders of the packages that all builds of this run have bundled. */
const bundled = new Set<string>();

/** Writes the license of every package that a build bundles into `dist/`; fails where a package has no license text. */
export const noticesPlugin: Plugin = {
  name: 'winsvc-notices',
  setup(build) {
    const { outdir } = build.initialOptions;
    if (outdir === undefined) return;
    build.initialOptions.metafile = true;
    build.onEnd(({ metafile }) => {
      for (const input of Object.keys(metafile?.inputs ?? {})) {
        const folder = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0];
        if (folder) bundled.add(folder);
      }
      mkdirSync(outdir, { recursive: true });
      writeFileSync(
        join(outdir, FILE),
        [HEADING, ...[...bundled].sort().map(describePackage)].join(`\n${'-'.repeat(80)}\n\n`),
      );
    });
  },
};

function describePackage(folder: string): string {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
  const texts = readdirSync(folder).filter((file) => LICENSE_FILE.test(file));
  if (texts.length === 0) throw new Error(`${name} ${version} is bundled and has no license file in its package.`);
  const licenses = texts.map((file) => readFileSync(join(folder, file), 'utf8').trim());
  return `${name} ${version} (${license ?? 'see below'})\n\n${licenses.join('\n\n')}\n`;
}
