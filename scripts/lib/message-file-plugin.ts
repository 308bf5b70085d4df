import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Options } from 'tsup';
import { createPassThroughFile } from '../../src/win32/eventlog/message-file/message-file.ts';

type Plugin = NonNullable<Options['esbuildPlugins']>[number];

/** Writes the message file that event sources have by default beside the bundles, wherever they go. */
export const messageFilePlugin: Plugin = {
  name: 'winsvc-messages',
  setup(build) {
    const { outdir } = build.initialOptions;
    if (outdir === undefined) return;
    build.onEnd(async () => {
      await mkdir(outdir, { recursive: true });
      await writeFile(join(outdir, 'winsvc-messages.dll'), createPassThroughFile());
    });
  },
};
