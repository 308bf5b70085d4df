import { existsSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ServiceError } from '../../errors/service-error.ts';
import { findJsonMistake } from '../../util/json-mistake.ts';

/** Part of a package.json that says what to run. */
export interface Manifest {
  readonly name?: string;
  readonly bin?: string | Readonly<Record<string, string>>;
  readonly main?: string;
  readonly scripts?: { readonly start?: string };
}

/** Reads the package.json of a folder. @throws ServiceError INVALID_OPTIONS */
export function readManifest(dir: string): Manifest {
  const path = join(dir, 'package.json');
  if (!existsSync(path)) throw invalidTarget(`${dir} is a folder without a package.json. Name the script instead.`);
  const text = readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
  const mistake = findJsonMistake(text);
  if (mistake) throw invalidTarget(`${path} can't be read, line ${mistake.line}: ${mistake.message}`);
  const value: unknown = JSON.parse(text);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw invalidTarget(`${path} can't be read: it holds no object.`);
}

/** Programs of a package by their names. A `bin` that is a text has the name of the package. */
export function binsOf({ name = '', bin }: Manifest): Readonly<Record<string, string>> {
  return typeof bin === 'string' ? { [bareName(name)]: bin } : (bin ?? {});
}

/** Name of a package without its scope. */
export function bareName(name: string): string {
  return name.replace(/^@[^/]*\//, '');
}

/** Path of a file as require() finds it: `main` may leave the extension out, or name a folder. */
export function resolveFile(dir: string, file: string): string {
  const path = resolve(dir, file);
  const candidates = [path, ...['.js', '.mjs', '.cjs'].map((end) => path + end), join(path, 'index.js')];
  return candidates.find((candidate) => existsSync(candidate) && statSync(candidate).isFile()) ?? path;
}

/** Error of a target that can't be hosted. */
export function invalidTarget(message: string, cause?: unknown): ServiceError {
  return new ServiceError('INVALID_OPTIONS', message, { cause });
}
