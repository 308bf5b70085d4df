import { defineConfig } from 'tsup';
import { messageFilePlugin } from './scripts/lib/message-file-plugin.ts';

/** Every entry of package.json's exports. */
const entries = {
  index: 'src/index.ts',
  'manager/index': 'src/manager/index.ts',
  'eventlog/index': 'src/eventlog/index.ts',
  'eventlog/pino/index': 'src/eventlog/pino/index.ts',
  'eventlog/winston/index': 'src/eventlog/winston/index.ts',
  'testing/index': 'src/testing/index.ts',
};

export default defineConfig({
  entry: {
    ...entries,
    // A worker is loaded by its URL, so it is a file of its own beside the chunks.
    'host-thread': 'src/win32/host/host-thread.ts',
  },
  format: 'esm',
  target: 'node20',
  platform: 'node',
  splitting: true,
  clean: true,
  sourcemap: false,
  // The part of zod that the options need is 20 kB of its 500, and loading all of it costs a service 45 ms of its start.
  // pe-library and parse-xml are needed for a message file, and for reading events, only: nothing to install for the others.
  noExternal: ['zod', 'pe-library', '@rgrove/parse-xml'],
  esbuildPlugins: [messageFilePlugin],
  dts: { entry: entries, compilerOptions: { ignoreDeprecations: '6.0' } },
});
