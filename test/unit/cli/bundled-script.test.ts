import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, describe, expect, it } from 'vitest';
import { isHostedScript } from '../../../src/cli/input/host-program.ts';
import { ROOT } from '../../support/imports.ts';

const dir = mkdtempSync(join(tmpdir(), 'winsvc bundles '));
afterAll(() => {
  rmSync(dir, { recursive: true });
});

/** A bundle of a program with winsvc in it, as large as one with many packages. */
async function bundle(program: string, minify: boolean, megabytes: number): Promise<string> {
  const outfile = join(dir, 'bundle.cjs');
  // Code of other packages.
  const rest = `var padding = ${JSON.stringify('x'.repeat(megabytes * 2 ** 20))};\n`;
  const key = `${minify} ${program}`;
  const text = bundles.get(key) ?? (await textOf(program, minify));
  bundles.set(key, text);
  writeFileSync(outfile, rest + text);
  return outfile;
}

const bundles = new Map<string, string>();
async function textOf(program: string, minify: boolean): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: program, resolveDir: join(ROOT, 'src'), loader: 'ts' },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    minify,
    write: false,
    external: ['koffi', 'ffi-rs'],
    logLevel: 'silent',
  });
  return outputFiles[0]?.text ?? '';
}

const SERVICE = `import { defineService } from './index.ts'; defineService({ name: 'Orders', start() {} }).run();`;
const PLAIN = `import { createServer } from 'node:http'; createServer().listen(3000);`;

describe.each([
  ['small', 0],
  ['of 2 MiB', 2],
  ['of 20 MiB', 20],
])('a bundle, %s', (_, megabytes) => {
  it.each([true, false])('that defines a service is not hosted (minified: %s)', async (minify) => {
    expect(isHostedScript(await bundle(SERVICE, minify, megabytes))).toBe(false);
  });

  it.each([true, false])('that knows nothing of winsvc is hosted (minified: %s)', async (minify) => {
    expect(isHostedScript(await bundle(PLAIN, minify, megabytes))).toBe(true);
  });
});
