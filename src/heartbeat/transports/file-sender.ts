import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '../../util/atomic-file.ts';
import { EXTENSION } from './folder-listener.ts';
import type { Transport } from './send.ts';

/** Writes each heartbeat over the one before, as `ID.heartbeat` in a folder. */
export function fileTransport(folder: string, id: string): Transport {
  const path = join(folder, encodeURIComponent(id).replaceAll('*', '%2A') + EXTENSION);
  return {
    async send(line) {
      await mkdir(folder, { recursive: true });
      await writeFileAtomic(path, `${line}\n`);
    },
    close: () => undefined,
  };
}
