import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, type Options } from 'tsup';
import { layout } from '../../../rig/lib/layout.mjs';
import config from '../../../tsup.config.ts';

/** A folder with the built package, what it needs on Windows, and the programs of the tests. */
export interface Stage {
  readonly dir: string;
  remove(): void;
}

/** Paths of users have spaces and letters that no code page agrees on. */
const PREFIX = 'winsvc Prüfung 試験 ';

/** @param programs source files by the name that they get in the stage, such as `fixture: 'test/contract/fixture-main.ts'` */
export async function makeStage(programs: Readonly<Record<string, string>>, { koffi = true } = {}): Promise<Stage> {
  const dir = mkdtempSync(join(tmpdir(), PREFIX));
  const modules = join(dir, 'node_modules');
  const at = join(modules, 'winsvc');
  mkdirSync(at, { recursive: true });
  cpSync('package.json', join(at, 'package.json'));
  const quiet: Options = { config: false, dts: false, silent: true, clean: false };
  await Promise.all([
    build({ ...(config as Options), ...quiet, outDir: join(at, 'dist') }),
    build({ ...quiet, entry: { ...programs }, format: 'esm', target: 'node20', external: ['winsvc'], outDir: dir, outExtension: () => ({ js: '.mjs' }) }),
  ]);
  cpSync('node_modules/eventemitter3', join(modules, 'eventemitter3'), { recursive: true });
  if (koffi) {
    const from = process.platform === 'win32' ? 'node_modules' : join(layout().modulesDir, 'node_modules');
    for (const name of ['koffi', '@koromix']) cpSync(join(from, name), join(modules, name), { recursive: true });
  }
  return {
    dir,
    remove() {
      rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
