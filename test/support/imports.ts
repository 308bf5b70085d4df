import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

export interface Import {
  /** As written. */
  readonly specifier: string;
  /** Path from the root with `/`, of a file of ours. */
  readonly file: string | undefined;
  readonly typeOnly: boolean;
  /** `import()`. */
  readonly dynamic: boolean;
}

/** Every source file under a folder, as paths from the root with `/`. */
export function sourceFiles(folder: string): string[] {
  const names = readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' });
  return names.filter((name) => name.endsWith('.ts')).map((name) => `${folder}/${name.split(sep).join('/')}`);
}

/** What a file imports, read from its syntax: static and dynamic imports, re-exports, `require()`, types of `import()`. */
export function importsOf(file: string): readonly Import[] {
  const imports = parsed.get(file) ?? parseImports(file);
  parsed.set(file, imports);
  return imports;
}

/** The same files are asked for again and again. */
const parsed = new Map<string, readonly Import[]>();

function parseImports(file: string): Import[] {
  const source = ts.createSourceFile(file, readFileSync(join(ROOT, file), 'utf8'), ts.ScriptTarget.Latest, true);
  const found: Import[] = [];
  const add = (node: ts.Node | undefined, typeOnly: boolean, dynamic: boolean): void => {
    if (!node || !ts.isStringLiteralLike(node)) return;
    found.push({ specifier: node.text, file: resolveFrom(file, node.text), typeOnly, dynamic });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, isTypeOnly(node.importClause), false);
    else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly, false);
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal, true, false);
    else if (ts.isCallExpression(node) && isLoad(node)) add(node.arguments[0], false, true);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** Everything that runs when `entry` is imported; with `dynamic` also what it may load later. */
export function closureOf(entry: string, { dynamic = false } = {}): { files: Set<string>; packages: Set<string> } {
  const files = new Set([entry]);
  const packages = new Set<string>();
  for (const file of files) {
    for (const { specifier, file: target, ...found } of importsOf(file)) {
      if (found.typeOnly || (found.dynamic && !dynamic)) continue;
      if (target) files.add(target);
      else packages.add(specifier);
    }
  }
  return { files, packages };
}

function isTypeOnly(clause: ts.ImportClause | undefined): boolean {
  if (!clause) return false;
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
  const names = clause.namedBindings;
  return !clause.name && !!names && ts.isNamedImports(names) && names.elements.every(({ isTypeOnly }) => isTypeOnly);
}

function isLoad({ expression }: ts.CallExpression): boolean {
  if (expression.kind === ts.SyntaxKind.ImportKeyword) return true;
  // `require(…)` and `createRequire(…)(…)`.
  return /^(?:require|createRequire\(.*\))$/s.test(expression.getText());
}

function resolveFrom(file: string, specifier: string): string | undefined {
  if (!specifier.startsWith('.')) return undefined;
  const target = resolve(ROOT, dirname(file), specifier);
  // What is missing, the compiler says.
  if (!existsSync(target)) return undefined;
  return relative(ROOT, target).split(sep).join('/');
}
