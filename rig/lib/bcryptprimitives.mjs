// @ts-check
/** The one DLL that ffi-rs needs and Wine 8 lacks: a function of two lines, from the project's own C. */
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { rigDir } from './layout.mjs';
import { run } from './run.mjs';

export const MINGW = 'x86_64-w64-mingw32-gcc';

/** @param {string} file where the DLL goes */
export async function compilePrng(file) {
  mkdirSync(dirname(file), { recursive: true });
  const source = join(rigDir, 'c', 'bcryptprimitives.c');
  await run(MINGW, ['-O2', '-s', '-shared', '-Wall', '-Werror', '-o', file, source, '-ladvapi32']);
}
