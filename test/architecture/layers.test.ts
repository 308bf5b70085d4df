import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { closureOf, type Import, importsOf, ROOT, sourceFiles } from '../support/imports.ts';

/** What a folder may import: anything, only types, or only the entry of another capability. */
interface Layer {
  readonly values: readonly string[];
  readonly types: readonly string[];
  readonly entries: readonly string[];
}
const layers = JSON.parse(readFileSync(join(ROOT, 'test/architecture/layers.json'), 'utf8')) as Record<string, Layer>;
const files = sourceFiles('src');
/** `src/win32/ffi/koffi.ts` → `win32`; entries, which may import everything, have none. */
const layerOf = (file: string): string | undefined => /^src\/([^/]+)\//.exec(file)?.[1];
const isEntry = (file: string): boolean => /^src\/(?:[\w/-]+\/)?index\.ts$/.test(file);

describe('layers of src', () => {
  it('are all in the table', () => {
    const unknown = new Set(files.flatMap((file) => layerOf(file) ?? []).filter((folder) => !layers[folder]));
    expect([...unknown]).toEqual([]);
  });

  it.each(Object.entries(layers))('%s/ imports only what the table allows', (folder, layer) => {
    // An entry picks adapters, so it may import everything; that of the mock has none to pick.
    const own = files.filter((file) => layerOf(file) === folder && !(isEntry(file) && folder !== 'testing'));
    const wrong = own.flatMap((file) =>
      importsOf(file)
        .filter((found) => !isAllowed(folder, layer, found))
        .map(({ specifier, typeOnly }) => `${file} imports ${typeOnly ? 'a type of ' : ''}${specifier}`),
    );
    expect(wrong).toEqual([]);
  });

  it('only win32/ffi/ imports an FFI library', () => {
    const users = files.filter((file) =>
      importsOf(file).some(({ specifier }) => /^(?:koffi|ffi-rs)(?:\/|$)/.test(specifier)),
    );
    expect(users.filter((file) => !file.startsWith('src/win32/ffi/'))).toEqual([]);
    expect(users).toContain('src/win32/ffi/load-koffi.ts');
  });

  it('only win32/ and the table of error codes know a Win32 number', () => {
    const wrong = files
      .filter((file) => !file.startsWith('src/win32/') && file !== 'src/errors/win32-code-table.ts')
      .flatMap((file) => win32Numbers(file).map((number) => `${file}: ${number}`));
    expect(wrong).toEqual([]);
  });

  it('has no circle of files, not even of types or of what is loaded later', () => {
    const targets = new Map(files.map((file) => [file, importsOf(file).flatMap(({ file: target }) => target ?? [])]));
    expect(circlesOf(targets)).toEqual([]);
  });

  it('finds a circle of files, and no file that imports itself in none', () => {
    const table = { a: ['b'], b: ['c', 'd'], c: ['a'], d: ['e'], e: [] };
    expect(circlesOf(new Map(Object.entries(table)))).toEqual([['a', 'b', 'c']]);
  });

  it('has no file of more than 250 lines, but for the table of Win32 codes', () => {
    const lines = (file: string): number => readFileSync(join(ROOT, file), 'utf8').trimEnd().split('\n').length;
    expect(files.filter((file) => lines(file) > 250)).toEqual(['src/errors/win32-code-table.ts']);
  });
});

describe('winsvc/testing', () => {
  it('never reaches win32/, the console, an FFI library or a test runner', () => {
    const { files: reached, packages } = closureOf('src/testing/index.ts', { dynamic: true });
    expect([...reached].filter((file) => /^src\/(?:win32|host\/console)\//.test(file))).toEqual([]);
    expect([...packages].filter((name) => /koffi|ffi-rs|vitest|jest|node:test|fast-check/.test(name))).toEqual([]);
  });
});

describe('winsvc', () => {
  it('loads no adapter by being imported', () => {
    const { files: reached } = closureOf('src/index.ts');
    expect([...reached].filter((file) => /^src\/(?:win32|host\/console)\//.test(file))).toEqual([]);
  });
});

function isAllowed(folder: string, layer: Layer, { file, typeOnly }: Import): boolean {
  if (!file) return true;
  const target = layerOf(file);
  if (!target) return layer.entries.includes('index');
  if (target === folder || layer.values.includes(target)) return true;
  return (typeOnly && layer.types.includes(target)) || (isEntry(file) && layer.entries.includes(target));
}

/** Files that reach each other, by groups: strongly connected components (Tarjan). */
function circlesOf(targets: ReadonlyMap<string, readonly string[]>): string[][] {
  const order = new Map<string, number>();
  const open: string[] = [];
  const circles: string[][] = [];
  const visit = (file: string): number => {
    const own = order.size;
    order.set(file, own);
    open.push(file);
    let low = own;
    for (const target of targets.get(file) ?? []) {
      if (!order.has(target)) low = Math.min(low, visit(target));
      else if (open.includes(target)) low = Math.min(low, order.get(target)!);
    }
    if (low === own) {
      const group = open.splice(open.indexOf(file));
      if (group.length > 1) circles.push(group.sort());
    }
    return low;
  };
  for (const file of targets.keys()) if (!order.has(file)) visit(file);
  return circles;
}

/** Masks of ones, surrogates and noncharacters of Unicode are nobody's constants. */
const PLAIN = /^0x(?:f+e?|d[89a-f]..)$/i;

/** Numbers written in hexadecimal, or that are an error code of services (1051 to 1079): what belongs behind a name. */
function win32Numbers(file: string): string[] {
  const source = ts.createSourceFile(file, readFileSync(join(ROOT, file), 'utf8'), ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isNumericLiteral(node)) {
      const text = node.getText(source);
      if ((/^0x/i.test(text) && !PLAIN.test(text)) || /^10[5-7]\d$/.test(text)) found.push(text);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}
