import { join } from 'node:path';
import { build } from 'tsup';
import { layout, projectDir } from '../../../rig/lib/layout.mjs';
import { stagePackage } from '../../support/stage.mjs';

/** A folder with the built package, what it needs on Windows, and programs of the tests. */
export type Stage = Awaited<ReturnType<typeof stagePackage>>;

const MODULES = process.platform === 'win32' ? projectDir : layout().modulesDir;
const HERE = 'test/contract';

/** @param programs sources by the name that they get in the stage, without `.mjs` */
export async function makeStage(programs: Readonly<Record<string, string>> = {}): Promise<Stage> {
  const stage = await stagePackage({ rig: { modulesDir: MODULES } });
  await build({
    config: false,
    entry: { fixture: join(HERE, 'fixture-main.ts'), ...programs },
    format: 'esm',
    target: 'node20',
    external: ['winsvc'],
    outDir: stage.dir,
    outExtension: () => ({ js: '.mjs' }),
    clean: false,
    silent: true,
  });
  return stage;
}
