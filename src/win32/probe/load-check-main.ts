/**
 * Child process of `doctor`: finds out whether a script would load, without running it. Standard output gets one line of
 * JSON for koffi and one when the script loads; an error is uncaught, so that Node prints its file and line.
 *
 * ES modules are linked before the first one runs, and the first one here ends the process. Of CommonJS files the syntax
 * is checked, and that what they require exists.
 */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire, isBuiltin, Module } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Script } from 'node:vm';
import { findJsonMistake } from '../../util/json-mistake.ts';
import { probeKoffi } from '../ffi/probe-koffi.ts';

const [, , script = ''] = process.argv;

function say(line: unknown): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

/** Text that only an ES module has, as V8 reports it in a file that may be either. */
const IS_MODULE = /import statement|import call|export|import\.meta|await is only valid/;
const REQUIRE = /^(?!\s*(?:\/\/|\*)).*?\brequire\(\s*(['"])([^'"\n]+)\1\s*\)/gm;

/** Checks a CommonJS file and the files of the program that it requires. Returns false for an ES module. */
function checkCommonJs(file: string, seen: Set<string>): boolean {
  if (seen.has(file)) return true;
  seen.add(file);
  const source = readFileSync(file, 'utf8').replace(/^#!.*/, '');
  try {
    new Script(Module.wrap(source), { filename: file });
  } catch (error) {
    // Where the package.json says commonjs, Node doesn't look whether it is an ES module.
    const isSaid = extname(file) === '.cjs' || typeOf(file) === 'commonjs';
    if (!isSaid && IS_MODULE.test((error as Error).message)) return false;
    throw error;
  }
  const require = createRequire(file);
  for (const { 0: line, 2: name = '', index } of source.matchAll(REQUIRE)) {
    // In a try block it may be missing.
    if (isBuiltin(name) || /\btry\b[^}]*$/.test(source.slice(0, index + line.length))) continue;
    const found = require.resolve(name);
    if (name.startsWith('.') && /\.c?js$/.test(found)) checkCommonJs(found, seen);
  }
  return true;
}

/** Decides by Node's rule: the nearest package.json says what `.js` is. */
function isCommonJs(file: string): boolean {
  return extname(file) === '.cjs' || (extname(file) === '.js' && typeOf(file) !== 'module');
}

/** Type in the nearest package.json. */
function typeOf(file: string): string | undefined {
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    const path = join(folder, 'package.json');
    if (existsSync(path)) return readType(path);
    if (dirname(folder) === folder) return undefined;
  }
}

/** Reads the type of the modules from a package.json. A mistake in it ends the check, and is printed as Node prints one. */
function readType(path: string): string | undefined {
  const text = readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
  const mistake = findJsonMistake(text);
  if (!mistake) return (JSON.parse(text) as { type?: string } | null)?.type;
  process.stderr.write(`${path}:${mistake.line}\n\nSyntaxError: ${mistake.message}\n`);
  process.exit(1);
}

function done(): never {
  say({ loads: true });
  process.exit(0);
}

say({ koffi: probeKoffi(script) });
if (isCommonJs(script) && checkCommonJs(script, new Set())) done();
(globalThis as { winsvcLinked?: () => never }).winsvcLinked = done;
const first = `data:text/javascript,${encodeURIComponent('globalThis.winsvcLinked();')}`;
const entry = `import ${JSON.stringify(first)}; import ${JSON.stringify(pathToFileURL(script).href)};`;
import(`data:text/javascript,${encodeURIComponent(entry)}`).catch((error: unknown) => {
  // Node names the file and no line.
  const [, config] = /Invalid package config (.*package\.json)/.exec(String(error)) ?? [];
  if (config !== undefined && existsSync(config)) readType(config);
  throw error;
});
