import { existsSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import builds from '../../tsup.config.ts';
import { ROOT } from '../support/imports.ts';
import { entries, manifest } from '../support/package.ts';

const built = Object.fromEntries(builds.flatMap(({ entry }) => Object.entries(entry)));

describe('exports of package.json', () => {
  it.each(entries)('$name is built from a source of its own', ({ source, built: file, types }) => {
    const key = file.replace(/^dist\//, '').replace(/\.js$/, '');
    expect(existsSync(join(ROOT, source))).toBe(true);
    expect(built[key]).toBe(source);
    expect(types).toBe(file.replace(/\.js$/, '.d.ts'));
  });

  it('are in typesVersions too, for moduleResolution Node10', () => {
    const expected = entries.flatMap(({ name, types }) =>
      name === manifest.name ? [] : [[name.slice(manifest.name.length + 1), [`./${types}`]]],
    );
    expect(manifest.typesVersions).toEqual({ '*': Object.fromEntries(expected) as Record<string, string[]> });
  });
});

describe('documentation comments', () => {
  const program = ts.createProgram(
    entries.map(({ source }) => join(ROOT, source)),
    { module: ts.ModuleKind.NodeNext, target: ts.ScriptTarget.ES2023, allowImportingTsExtensions: true, noEmit: true },
  );
  const checker = program.getTypeChecker();

  it.each(entries)('everything that $name exports has one', ({ source }) => {
    const file = program.getSourceFile(join(ROOT, source));
    const module = file && checker.getSymbolAtLocation(file);
    const missing = checker
      .getExportsOfModule(module!)
      .map((symbol) => (symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol))
      .filter((symbol) => symbol.getDocumentationComment(checker).length === 0)
      .map((symbol) => symbol.name);
    expect(missing).toEqual([]);
  });
});
