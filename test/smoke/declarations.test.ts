import { join, relative } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../support/imports.ts';
import { entries } from '../support/package.ts';

const options: ts.CompilerOptions = {
  module: ts.ModuleKind.NodeNext,
  target: ts.ScriptTarget.ES2022,
  lib: ['lib.es2023.d.ts', 'lib.esnext.disposable.d.ts'],
  types: ['node'],
  strict: true,
  noEmit: true,
};
/** A program that uses everything that an entry exports as a value. */
const USES = join(ROOT, 'dist', 'uses.ts');
const exported = new Map<string, readonly string[]>();

function createProgram(files: readonly string[], uses = ''): ts.Program {
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (file) => file === USES || fileExists.call(host, file);
  host.readFile = (file) => (file === USES ? uses : readFile.call(host, file));
  host.getSourceFile = (file, ...rest) =>
    file === USES
      ? ts.createSourceFile(file, uses, ts.ScriptTarget.ES2022, true)
      : getSourceFile.call(host, file, ...rest);
  return ts.createProgram(files, options, host);
}

const program = createProgram(entries.map(({ types }) => join(ROOT, types)));
const checker = program.getTypeChecker();
for (const { types } of entries) {
  const symbol = checker.getSymbolAtLocation(program.getSourceFile(join(ROOT, types))!)!;
  exported.set(
    types,
    checker.getExportsOfModule(symbol).map(({ name }) => name),
  );
}

/** What a program that imports the entry can use as a value, as the compiler sees it. */
function declaredValues(types: string): string[] {
  const names = exported.get(types) ?? [];
  const lines = [
    `import * as entry from './${relative(join(ROOT, 'dist'), join(ROOT, types)).replace(/\.d\.ts$/, '.js')}';`,
  ];
  lines.push(...names.map((name) => `void entry.${name};`));
  const uses = createProgram([USES], lines.join('\n'));
  const file = uses.getSourceFile(USES)!;
  const refused = new Set(
    uses.getSemanticDiagnostics(file).map(({ start }) => file.getLineAndCharacterOfPosition(start ?? 0).line),
  );
  return names.filter((_, index) => !refused.has(index + 1)).sort();
}

describe('the declarations', () => {
  it.each(entries)('of $name declare exactly the values that it has at run time', async ({ built, types }) => {
    const loaded = (await import(join(ROOT, built))) as object;
    expect(declaredValues(types)).toEqual(Object.keys(loaded).sort());
  });

  it('compile in a strict program that checks its libraries', () => {
    const own = program.getSourceFiles().filter(({ fileName }) => fileName.startsWith(join(ROOT, 'dist')));
    const problems = own.flatMap((file) => [...program.getSemanticDiagnostics(file)]);
    expect(problems.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))).toEqual([]);
  });

  it('hold nothing that is internal', () => {
    for (const file of program.getSourceFiles()) {
      if (file.fileName.startsWith(join(ROOT, 'dist'))) expect(file.text, file.fileName).not.toContain('@internal');
    }
  });
});
