import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '../../util/atomic-file.ts';
import { programPath } from '../../util/program-path.ts';
import { EXTENSION } from './folder-listener.ts';
import type { Transport } from './send.ts';

/** Writes each heartbeat over the one before, as `ID.heartbeat` in a folder. */
export function fileTransport(given: string, id: string): Transport {
  const folder = programPath(given);
  const path = join(folder, heartbeatFileName(id) + EXTENSION);
  return {
    async send(line) {
      await mkdir(folder, { recursive: true });
      await writeFileAtomic(path, `${line}\n`);
    },
    close: () => undefined,
  };
}

/**
 * Name of the file of a sender, without the extension. Windows treats names that differ only in case as the same, and
 * refuses some names and lengths: ids that it wouldn't keep apart get a hash.
 *
 * Source: https://learn.microsoft.com/windows/win32/fileio/naming-a-file
 */
export function heartbeatFileName(id: string): string {
  const name = encodeURIComponent(id).replaceAll('*', '%2A').replaceAll('~', '%7E');
  const isPlain = id === id.toLowerCase() && name.length <= 100 && !/^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/.test(id);
  if (isPlain) return name;
  // The first ~ keeps nul.txt from being the device NUL.
  return `~${name.slice(0, 100)}~${createHash('sha256').update(id).digest('hex').slice(0, 32)}`;
}
