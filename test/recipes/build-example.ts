import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import ts from 'typescript';
import { ROOT } from '../support/imports.ts';

/** Compiles an example in TypeScript, with its own settings, into its dist. */
export function buildExample(folder: string): void {
  const { dir, options, fileNames } = projectOf(folder);
  // Without the package.json at hand, nodenext would be CommonJS.
  const compilerOptions = { ...options, module: ts.ModuleKind.ESNext, sourceMap: false };
  for (const fileName of fileNames) {
    const { outputText } = ts.transpileModule(ts.sys.readFile(fileName) ?? '', { compilerOptions, fileName });
    const out = join(dir, 'dist', relative(join(dir, 'src'), fileName).replace(/\.ts$/, '.js'));
    mkdirSync(dirname(out), { recursive: true });
    writeFileSync(out, outputText);
  }
}

/** Messages of the compiler for examples in TypeScript, with the settings of the first one. */
export function checkExamples(...folders: readonly [string, ...string[]]): string[] {
  const fileNames = folders.flatMap((folder) => projectOf(folder).fileNames);
  // The sources of winsvc stand for its declarations; only the files of the examples are checked.
  const program = ts.createProgram(fileNames, {
    ...projectOf(folders[0]).options,
    rootDir: ROOT,
    noEmit: true,
    allowImportingTsExtensions: true,
    lib: ['lib.es2023.d.ts', 'lib.esnext.disposable.d.ts'],
    paths: { winsvc: [join(ROOT, 'src/index.ts')], 'winsvc/*': [join(ROOT, 'src/*/index.ts')] },
  });
  return fileNames
    .flatMap((file) => {
      const source = program.getSourceFile(file);
      return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    })
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}

function projectOf(folder: string) {
  const dir = join(ROOT, 'examples', folder);
  const read = ts.readConfigFile(join(dir, 'tsconfig.json'), (path) => ts.sys.readFile(path));
  return { dir, ...ts.parseJsonConfigFileContent(read.config, ts.sys, dir) };
}
