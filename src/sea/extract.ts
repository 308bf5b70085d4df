import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ServiceError } from '../errors/service-error.ts';

/** File to have on disk. */
export interface ExtractedFile {
  readonly name: string;
  /** SHA-256 of its content, in hexadecimal. */
  readonly sha256: string;
  read(): Uint8Array;
}

/**
 * Returns the path of a copy with exactly this content: in `%ProgramFiles%\winsvc\files\<sha256>`, where only
 * administrators write, or beside the exe. Never in a folder for temporary files, where another user could put a DLL.
 * Without a copy it writes the first one, which needs an administrator or LocalSystem.
 *
 * @param programFiles `%ProgramFiles%`
 * @param beside folder of the exe
 * @throws ServiceError FILES_MISSING when there is no copy and it can't be written
 */
export function extractFile(file: ExtractedFile, programFiles: string | undefined, beside: string): string {
  const shared = programFiles && join(programFiles, 'winsvc', 'files', file.sha256, file.name);
  const near = join(beside, file.name);
  const found = [shared, near].find((path) => path !== undefined && hasContent(path, file.sha256));
  if (found !== undefined) return found;
  try {
    if (shared === undefined) throw new Error('%ProgramFiles% is not set');
    write(shared, file);
    return shared;
  } catch (cause) {
    const place = shared ?? '%ProgramFiles%';
    throw new ServiceError(
      'FILES_MISSING',
      `${file.name} of winsvc can't be written to ${place}: ${(cause as Error).message}. Windows loads it from a file. Run the exe once as administrator (its verb "install" is enough), or put ${file.name} beside it.`,
      { cause, details: { file: file.name, path: place } },
    );
  }
}

function hasContent(path: string, sha256: string): boolean {
  try {
    return createHash('sha256').update(readFileSync(path)).digest('hex') === sha256;
  } catch {
    return false;
  }
}

/** Beside its place first: another process must not see a part of it. */
function write(path: string, file: ExtractedFile): void {
  const part = `${path}.${process.pid}.part`;
  mkdirSync(dirname(path), { recursive: true });
  try {
    writeFileSync(part, file.read());
    renameSync(part, path);
  } catch (error) {
    rmSync(part, { force: true });
    // Another process was faster, and has loaded it: then it can't be replaced.
    if (!hasContent(path, file.sha256)) throw error;
  }
}
