import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { ServiceError } from '../../errors/service-error.ts';
import { hostFileIn } from '../../scm/host-preload.ts';
import { copyFolders } from './copy-folders.ts';

/** Files that a service needs outside of its program, and the copy of them that may be needed. */
export interface HostFiles {
  /** File that hosts the program. */
  readonly file: string;
  /** Folder that `copy` makes; `undefined`: nothing needs to be copied. */
  readonly folder: string | undefined;
  /** Copies the files. Does nothing when they are there. */
  copy(): void;
}

/**
 * Picks the files that host a program: those of the program's own winsvc, otherwise a copy below
 * `%ProgramFiles%\winsvc\<version>`, where only administrators write. A service account can't read the cache of npx or the
 * profile of a user.
 *
 * @param from a module of this package
 * @throws ServiceError INVALID_OPTIONS when `%ProgramFiles%` isn't set.
 */
export function findHostFiles(script: string, from: string, programFiles: string | undefined): HostFiles {
  const own = packageFolder(script);
  if (own !== undefined && existsSync(hostFileIn(own))) {
    return { file: hostFileIn(own), folder: undefined, copy: () => undefined };
  }
  const source = packageFolder(from);
  if (source === undefined || programFiles === undefined) {
    const message = `The program has no winsvc in its node_modules, and there is no %ProgramFiles% for a copy. Run "npm install winsvc" beside it.`;
    throw new ServiceError('INVALID_OPTIONS', message);
  }
  const { version } = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8')) as { version: string };
  const folder = join(programFiles, 'winsvc', version);
  return {
    file: hostFileIn(folder),
    folder,
    copy() {
      if (!existsSync(hostFileIn(folder))) copyFolders(toParts(source), folder);
    },
  };
}

/** Parts of the package that the host loads: its code, and koffi with its binary. Targets by their sources. */
function toParts(source: string): Readonly<Record<string, string>> {
  const koffi = dirname(createRequire(join(source, 'package.json')).resolve('koffi'));
  const binary = dirname(createRequire(join(koffi, 'index.js')).resolve(`${BINARY}/package.json`));
  return {
    'package.json': join(source, 'package.json'),
    dist: join(source, 'dist'),
    [join('node_modules', 'koffi')]: koffi,
    [join('node_modules', BINARY)]: binary,
  };
}

const BINARY = `@koromix/koffi-${process.platform}-${process.arch}`;

function packageFolder(from: string): string | undefined {
  try {
    return dirname(createRequire(from).resolve('winsvc/package.json'));
  } catch {
    return undefined;
  }
}
