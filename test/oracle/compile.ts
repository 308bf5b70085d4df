import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { which } from '../../rig/lib/run.mjs';

const C_DIR = fileURLToPath(new URL('c', import.meta.url));
const FLAGS = ['-O1', '-Wall', '-Wextra', '-Werror', `-I${C_DIR}`];

/** The compilers that know the Windows headers. */
export const COMPILERS = { x64: 'x86_64-w64-mingw32', ia32: 'i686-w64-mingw32' } as const;
export type Arch = keyof typeof COMPILERS;

/** Why there is no oracle for this architecture; `undefined`: there is. */
export function missing(arch: Arch): string | undefined {
  const tool = `${COMPILERS[arch]}-gcc`;
  const name = COMPILERS[arch] === COMPILERS.x64 ? 'gcc-mingw-w64-x86-64' : 'gcc-mingw-w64-i686';
  return which(tool) === undefined ? `${tool} is not installed (npm run rig:setup, or the package ${name})` : undefined;
}

/** The numbers that a C compiler computes for these constant expressions. Nothing is run: they are read out of the object file. */
export function constants(arch: Arch, expressions: readonly string[]): number[] {
  const dir = mkdtempSync(join(tmpdir(), 'winsvc-oracle-'));
  try {
    const [source, object, data] = ['table.c', 'table.o', 'table.bin'].map((file) => join(dir, file)) as [
      string,
      string,
      string,
    ];
    const table = expressions.map((expression) => `  (unsigned)(${expression}),`).join('\n');
    writeFileSync(
      source,
      `#include "headers.h"\n#include <stddef.h>\n__attribute__((section(".oracle"), used)) const unsigned table[] = {\n${table}\n};\n`,
    );
    execFileSync(`${COMPILERS[arch]}-gcc`, [...FLAGS, '-c', source, '-o', object]);
    execFileSync(`${COMPILERS[arch]}-objcopy`, ['-O', 'binary', '--only-section=.oracle', object, data]);
    const bytes = readFileSync(data);
    return expressions.map((_, i) => bytes.readUInt32LE(i * 4));
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** A DLL that stands in for those of Windows: for advapi32, or for what `source` has. */
export function buildOracle(file: string, source = 'oracle.c'): void {
  execFileSync(`${COMPILERS.x64}-gcc`, [...FLAGS, '-s', '-shared', '-o', file, join(C_DIR, source)]);
}
