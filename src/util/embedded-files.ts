/** Files inside the exe that runs, which `winsvc pack --sea` made. */
export interface EmbeddedFiles {
  /** Folder of the exe. Relative paths of the program begin there. */
  readonly folder: string;
  /** `true`: the program knows nothing of services. */
  readonly isHosted: boolean;
  /** Text of a file. */
  text(name: string): string;
  /** Program of a thread: the text of a file, and before it the code that makes the files known in the thread. */
  threadSource(name: string): string;
  /** Loads a file as a CommonJS module, once in each thread. */
  load(name: string): unknown;
  /**
   * Path of a copy on disk, for files that Windows loads by their path. `undefined`: the exe has no such file.
   *
   * @throws ServiceError FILES_MISSING when there is no copy and it can't be written
   */
  extract(name: string): string | undefined;
}

const MARK = Symbol.for('winsvc.embeddedFiles');
const shared = globalThis as { [MARK]?: EmbeddedFiles };

/** Returns the files inside the exe that runs; `undefined` for a program with files of its own. */
export function embeddedFiles(): EmbeddedFiles | undefined {
  return shared[MARK];
}

/** Makes the files known to all copies of the package in this thread. */
export function setEmbeddedFiles(files: EmbeddedFiles): void {
  shared[MARK] = files;
}

/** Path of the script that runs now. `undefined`: the program is inside the exe. */
export function ownScript(): string | undefined {
  return embeddedFiles() ? undefined : process.argv[1];
}
