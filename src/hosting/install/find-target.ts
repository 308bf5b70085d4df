import { existsSync, readFileSync, statSync } from 'node:fs';
import { extname, join, resolve } from 'node:path';
import { ServiceError } from '../../errors/service-error.ts';

/** First versions of Node that run TypeScript without an option. https://nodejs.org/api/typescript.html */
const TYPESCRIPT_SINCE: readonly (readonly [major: number, minor: number])[] = [
  [22, 18],
  [23, 6],
];

/** A script to host, with the arguments that its package.json gives it. */
export interface HostTarget {
  readonly script: string;
  readonly args: readonly string[];
}

interface Manifest {
  readonly bin?: string | Readonly<Record<string, string>>;
  readonly main?: string;
  readonly scripts?: { readonly start?: string };
}

/**
 * Finds the script of a target: the file itself, or for a folder with a package.json its `bin`, else its `main`, else
 * `scripts.start` where that is `node …`.
 *
 * @throws ServiceError INVALID_OPTIONS when there is none, with what was looked for.
 */
export function findTarget(path: string): HostTarget {
  const target = resolve(path);
  if (!existsSync(target)) throw invalid(`There is no file or folder ${target}.`);
  if (!statSync(target).isDirectory()) return { script: target, args: [] };
  const found = fromManifest(target, readManifest(target));
  if (!existsSync(found.script)) {
    throw invalid(
      `${join(target, 'package.json')} names ${found.script}, which doesn't exist. Build the program first?`,
    );
  }
  return found;
}

/** Refuses a TypeScript file that the Node of this version can't run. @throws ServiceError INVALID_OPTIONS */
export function checkTypeScript(script: string, version: string): void {
  if (!/^\.[cm]?ts$/.test(extname(script))) return;
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  if (major > 23 || TYPESCRIPT_SINCE.some(([since, from]) => major === since && minor >= from)) return;
  throw invalid(
    `Node ${version} can't run ${script}: TypeScript needs Node 22.18 or later. Name one with --node, or install the compiled .js file.`,
  );
}

function fromManifest(dir: string, { bin, main, scripts }: Manifest): HostTarget {
  const bins = typeof bin === 'string' ? [bin] : Object.values(bin ?? {});
  if (bins.length > 1 && main === undefined) {
    throw invalid(`${join(dir, 'package.json')} has several programs in bin: name the file of one of them.`);
  }
  const file = bins.length === 1 ? bins[0] : main;
  if (file !== undefined) return { script: withExtension(resolve(dir, file)), args: [] };
  const [command, script, ...args] = scripts?.start?.trim().split(/\s+/) ?? [];
  const isPlain =
    command === 'node' && script !== undefined && !script.startsWith('-') && !/["'&|;<>%$]/.test(scripts?.start ?? '');
  if (isPlain) return { script: withExtension(resolve(dir, script)), args };
  const start =
    scripts?.start === undefined ? '' : ` Its script "start" is "${scripts.start}", which isn't node with a file.`;
  throw invalid(
    `${join(dir, 'package.json')} has neither bin nor main, so there is nothing to run.${start} Name the script instead of the folder.`,
  );
}

function readManifest(dir: string): Manifest {
  const path = join(dir, 'package.json');
  if (!existsSync(path)) throw invalid(`${dir} is a folder without a package.json. Name the script instead.`);
  try {
    return JSON.parse(readFileSync(path, 'utf8').replace(/^\uFEFF/, '')) as Manifest;
  } catch (cause) {
    throw invalid(`${path} can't be read: ${(cause as Error).message}`, cause);
  }
}

/** As require() does: `main` may leave the extension out. */
function withExtension(path: string): string {
  const candidates = [path, `${path}.js`, join(path, 'index.js')];
  return candidates.find((file) => existsSync(file) && statSync(file).isFile()) ?? path;
}

function invalid(message: string, cause?: unknown): ServiceError {
  return new ServiceError('INVALID_OPTIONS', message, { cause });
}
