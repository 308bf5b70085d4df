import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { copyFolders } from './copy-folders.ts';
import { invalidTarget } from './manifest.ts';

/** A copy of node.exe for a service, which an upgrade of Node doesn't touch. */
export interface PinnedNode {
  readonly file: string;
  /** Makes the copy. Does nothing when it is there. */
  copy(): void;
}

/** Version of a node.exe, as it says itself: `v22.23.3`. @throws ServiceError INVALID_OPTIONS */
export function nodeVersion(file: string): string {
  if (file === process.execPath) return process.version;
  try {
    const text = execFileSync(file, ['--version'], { encoding: 'utf8', windowsHide: true, timeout: 30_000 }).trim();
    if (/^v\d+\.\d+\.\d+/.test(text)) return text;
    throw new Error(`it says "${text.slice(0, 50)}" for its version`);
  } catch (cause) {
    throw invalidTarget(`${file} is not a Node.js that runs: ${(cause as Error).message}`, cause);
  }
}

/**
 * Picks the place of a copy of node.exe: `%ProgramFiles%\winsvc\node-<version>`, where only administrators write.
 *
 * @throws ServiceError INVALID_OPTIONS when `%ProgramFiles%` isn't set, or the file is no Node.js
 */
export function pinNode(source: string, programFiles: string | undefined): PinnedNode {
  if (programFiles === undefined) throw invalidTarget('--pin-node needs %ProgramFiles%, which is not set.');
  const folder = join(programFiles, 'winsvc', `node-${nodeVersion(source).slice(1)}-${process.arch}`);
  const file = join(folder, 'node.exe');
  return {
    file,
    copy() {
      if (!existsSync(file)) copyFolders({ 'node.exe': source }, folder);
    },
  };
}
