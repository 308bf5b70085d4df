/**
 * Writes the declarations of every entry into `dist/`: the compiler's own output, file by file, because a rollup drops
 * the `type` of `export type { Service } from …` and so declares values that don't exist at run time. Keeps only what an
 * entry reaches.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import manifest from '../package.json' with { type: 'json' };

const root = fileURLToPath(new URL('..', import.meta.url));
const src = join(root, 'src');
const dist = join(root, 'dist');

/** `./dist/manager/index.d.ts` → `src/manager/index.ts`. */
const sourceOf = (types: string): string => join(root, types.replace(/^\.\/dist/, 'src').replace(/\.d\.ts$/, '.ts'));

const entries = Object.values(manifest.exports).flatMap((target) =>
  typeof target === 'object' ? [sourceOf(target.types)] : [],
);

/** What the compiler writes, by the path of the source without its extension. */
function emitDeclarations(): Map<string, string> {
  const config = ts.getParsedCommandLineOfConfigFile(
    join(root, 'tsconfig.json'),
    { noEmit: false, declaration: true, emitDeclarationOnly: true, stripInternal: true, rootDir: src, outDir: dist },
    {
      ...ts.sys,
      onUnRecoverableConfigFileDiagnostic: (problem) => {
        throw new Error(ts.flattenDiagnosticMessageText(problem.messageText, '\n'));
      },
    },
  );
  const program = ts.createProgram(entries, { ...config?.options, allowImportingTsExtensions: true });
  const written = new Map<string, string>();
  const { diagnostics } = program.emit(undefined, (path, text) => written.set(resolve(path), text), undefined, true);
  const problems = [...ts.getPreEmitDiagnostics(program), ...diagnostics];
  if (problems.length > 0) {
    const host = {
      getCanonicalFileName: (name: string) => name,
      getCurrentDirectory: () => root,
      getNewLine: () => '\n',
    };
    throw new Error(ts.formatDiagnostics(problems, host));
  }
  return written;
}

/** Relative modules that a declaration names, in imports, exports and `import('…')` types. */
const SPECIFIER = /((?:from|import)\s*\(?\s*['"])(\.{1,2}\/[^'"]+)\.ts(['"])/g;

const declarations = emitDeclarations();
const kept = new Set(entries.map((file) => join(dist, relative(src, file)).replace(/\.ts$/, '.d.ts')));
for (const file of kept) {
  const text = declarations.get(file);
  if (text === undefined) throw new Error(`The compiler wrote no ${relative(root, file)}.`);
  for (const [, , specifier] of text.matchAll(SPECIFIER)) kept.add(resolve(dirname(file), `${specifier}.d.ts`));
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text.replace(SPECIFIER, '$1$2.js$3'));
}
process.stdout.write(`${kept.size} declaration files\n`);
