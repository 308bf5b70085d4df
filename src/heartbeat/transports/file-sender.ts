import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '../../util/atomic-file.ts';
import { EXTENSION } from './folder-listener.ts';
import type { Transport } from './send.ts';

/** Writes each heartbeat over the one before, as `ID.heartbeat` in a folder. */
export function fileTransport(folder: string, id: string): Transport {
  const path = join(folder, fileNameOf(id) + EXTENSION);
  return {
    async send(line) {
      await mkdir(folder, { recursive: true });
      await writeFileAtomic(path, `${line}\n`);
    },
    close: () => undefined,
  };
}

/** Windows takes names that differ in case for the same, and has names and lengths of its own that it refuses. */
function fileNameOf(id: string): string {
  const name = encodeURIComponent(id).replaceAll('*', '%2A');
  const isPlain = id === id.toLowerCase() && name.length <= 100 && !/^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/.test(id);
  return isPlain ? name : `${name.slice(0, 100)}~${createHash('sha256').update(id).digest('hex').slice(0, 32)}`;
}
