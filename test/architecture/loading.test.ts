import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'tsup';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import builds from '../../tsup.config.ts';
import { ROOT } from '../support/imports.ts';
import { entries } from '../support/package.ts';

const run = promisify(execFile);
let out = '';

beforeAll(async () => {
  // Inside the project, so that the entries find their dependencies.
  out = await mkdtemp(join(ROOT, 'node_modules', '.winsvc-built-'));
  for (const options of builds) await build({ ...options, config: false, dts: false, silent: true, outDir: out });
}, 60_000);
afterAll(() => rm(out, { recursive: true, force: true }));

describe('importing a built entry', () => {
  it.each(entries)('$name loads no native library and leaves nothing running', async ({ built }) => {
    const url = pathToFileURL(join(out, built.replace(/^dist\//, ''))).href;
    // A native library is loaded by process.dlopen; shared objects show what went past it.
    const program = `
      const loaded = [];
      const dlopen = process.dlopen;
      process.dlopen = (module, file, ...rest) => (loaded.push(file), dlopen(module, file, ...rest));
      process.report.excludeNetwork = true;
      const objects = () => process.report.getReport().sharedObjects;
      const before = new Set(objects());
      const names = Object.keys(await import(${JSON.stringify(url)}));
      loaded.push(...objects().filter((file) => !before.has(file)));
      process.stdout.write(JSON.stringify({ names, loaded }));
    `;
    const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', program]);
    const { names, loaded } = JSON.parse(stdout) as { names: string[]; loaded: string[] };
    expect(names).not.toEqual([]);
    expect(loaded).toEqual([]);
  });

  it('winsvc takes of Node what it uses: not the streams and promises that whole modules bring', async () => {
    // What Node itself needs to import a file comes first.
    const empty = join(out, 'empty.js');
    await writeFile(empty, '');
    const program = `
      await import(${JSON.stringify(pathToFileURL(empty).href)});
      const before = new Set(process.moduleLoadList);
      const { defineService } = await import(${JSON.stringify(pathToFileURL(join(out, 'index.js')).href)});
      defineService({ name: 'Orders', start() {}, stop() {}, timeouts: { stop: '5s' } });
      const loaded = process.moduleLoadList.filter((name) => !before.has(name) && name.startsWith('NativeModule'));
      process.stdout.write(JSON.stringify(loaded));
    `;
    const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', program]);
    // The second is what every server loads too, and has no imports of its own.
    expect(JSON.parse(stdout)).toEqual(['NativeModule os', 'NativeModule diagnostics_channel']);
  });
});
