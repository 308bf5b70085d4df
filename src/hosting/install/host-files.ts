import { cpSync, existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ServiceError } from '../../errors/service-error.ts';

/** Location of the files of the host, and the copy that may be needed. */
export interface HostFiles {
  /** Value for Node's option `--import`. */
  readonly url: string;
  /** Copies them; does nothing when they are there. */
  copy(): void;
}

/**
 * Picks the files that load a hosted program: those of the program's own winsvc, otherwise a copy below
 * `%ProgramFiles%\winsvc`. A service account can't read the cache of npx or the profile of a user.
 *
 * @param from a module of this package
 * @throws ServiceError INVALID_OPTIONS when `%ProgramFiles%` isn't set.
 */
export function findHostFiles(script: string, from: string, programFiles: string | undefined): HostFiles {
  const own = packageFolder(script);
  if (own !== undefined && existsSync(hostOf(own))) return { url: toUrl(hostOf(own)), copy: () => undefined };
  const source = packageFolder(from);
  if (source === undefined || programFiles === undefined) {
    const message = `The program has no winsvc in its node_modules, and there is no %ProgramFiles% for a copy. Run "npm install winsvc" beside it.`;
    throw new ServiceError('INVALID_OPTIONS', message);
  }
  const { version } = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8')) as { version: string };
  const target = join(programFiles, 'winsvc', version);
  return {
    url: toUrl(hostOf(target)),
    copy() {
      if (!existsSync(hostOf(target))) copyPackage(source, target);
    },
  };
}

/** The package, and koffi with its binary: all that the host loads. The entry comes last, so that a copy is whole. */
function copyPackage(source: string, target: string): void {
  const require = createRequire(join(source, 'package.json'));
  const koffi = dirname(require.resolve('koffi'));
  const binary = dirname(createRequire(join(koffi, 'index.js')).resolve(`${BINARY}/package.json`));
  const copy = (from: string, to: string, skip = ''): void => {
    cpSync(from, to, { recursive: true, dereference: true, filter: (path) => skip === '' || path !== skip });
  };
  copy(koffi, join(target, 'node_modules', 'koffi'));
  copy(binary, join(target, 'node_modules', BINARY));
  copy(join(source, 'package.json'), join(target, 'package.json'));
  copy(join(source, 'dist'), join(target, 'dist'), hostOf(source));
  copy(hostOf(source), hostOf(target));
}

const BINARY = `@koromix/koffi-${process.platform}-${process.arch}`;

function hostOf(folder: string): string {
  return join(folder, 'dist', 'hosted.js');
}

function toUrl(path: string): string {
  return pathToFileURL(path).href;
}

function packageFolder(from: string): string | undefined {
  try {
    return dirname(createRequire(from).resolve('winsvc/package.json'));
  } catch {
    return undefined;
  }
}
