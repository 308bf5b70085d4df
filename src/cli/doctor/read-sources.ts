import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** Facts about a service in the text of its program. */
export interface SourceFacts {
  /** Names in calls of `defineService`, as far as they are written out. */
  readonly names: readonly string[];
  readonly usesWinsvc: boolean;
  /** Entries of winsvc that it imports: `winsvc/watchdog`. */
  readonly entries: readonly string[];
  /** Services that it opens by name, as far as the names are written out: `scm.service('Orders')`. */
  readonly services: readonly string[];
  /** `true`: it asks for the service that hosts it (`currentService`), and defines none. */
  readonly isGuest?: true;
  /** `true`: a file of it calls `run()` or `runCli()`. */
  readonly runs: boolean;
}

const IMPORT = /\b(?:from|import|require)\s*\(?\s*(['"])(\.{1,2}\/[^'"\n]+)\1/g;
const NAME = /\bdefineService\s*(?:<[^>(]*>)?\s*\(\s*\{(?:[^{}]|\{[^{}]*\})*?\bname\s*:\s*(['"`])([^'"`$\n]+)\1/g;
const SERVICE = /\.\s*service\s*\(\s*(['"`])([^'"`$\n]+)\1/g;
const ENDINGS = ['', '.js', '.mjs', '.cjs', '.ts', '.mts', '.cts', '/index.js', '/index.ts'];
const MOST_FILES = 200;
/** A bundle with all packages in it is larger than any source. */
const MOST_BYTES = 64 * 2 ** 20;
/** Longer texts are bundles: names are not looked for in them, which would take long. */
const BUNDLE_CHARS = 2 ** 20;
/** Text that the code of winsvc brings into a bundle when it defines a service, minified or not. */
const IN_BUNDLE = 'winsvc.hostThread';

/** Reads a script and the files of the program that it imports. Nothing runs; what can't be read is left out. */
export function readSources(script: string): SourceFacts {
  const files = new Set([script]);
  const texts: string[] = [];
  const bundles: string[] = [];
  for (const file of files) {
    const text = readText(file);
    if (text === undefined) continue;
    if (text.length > BUNDLE_CHARS) {
      bundles.push(text);
      continue;
    }
    texts.push(text);
    for (const [, , specifier = ''] of text.matchAll(IMPORT)) {
      const found = findFile(resolve(dirname(file), specifier));
      if (found !== undefined && files.size < MOST_FILES) files.add(found);
    }
  }
  const all = texts.map(withoutComments);
  const whole = [...all, ...bundles];
  const entries = [
    ...new Set(
      whole.flatMap((text) => [...text.matchAll(/['"](winsvc(?:\/[\w/]+)?)['"]/g)].map(([, entry = '']) => entry)),
    ),
  ];
  return {
    names: namesIn(all, NAME),
    services: namesIn(all, SERVICE),
    usesWinsvc: entries.length > 0 || whole.some((text) => text.includes(IN_BUNDLE)),
    entries,
    ...(isGuest(whole) && { isGuest: true }),
    runs: whole.some((text) => /\.\s*(?:run|runCli)\s*\(/.test(text)),
  };
}

function namesIn(texts: readonly string[], pattern: RegExp): readonly string[] {
  return [...new Set(texts.flatMap((text) => [...text.matchAll(pattern)].map(([, , name = '']) => name)))];
}

function isGuest(texts: readonly string[]): boolean {
  const names = (pattern: RegExp): boolean => texts.some((text) => pattern.test(text));
  return names(/\bcurrentService\b/) && !names(/\b(?:defineService|hostModule|runCli)\b/);
}

function readText(file: string): string | undefined {
  try {
    return statSync(file).size > MOST_BYTES ? undefined : readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** TypeScript imports `./x.js` and means `./x.ts`. */
function findFile(path: string): string | undefined {
  const candidates = [...ENDINGS.map((ending) => path + ending), path.replace(/\.([cm]?)js$/, '.$1ts')];
  return candidates.find((file) => existsSync(file) && statSync(file).isFile());
}

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[^]*?\*\/|^\s*\/\/.*$/gm, '');
}
