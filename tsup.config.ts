import { defineConfig, type Options } from 'tsup';
import { messageFilePlugin } from './scripts/lib/message-file-plugin.ts';

/** Every entry of package.json's exports. */
const entries = {
  index: 'src/index.ts',
  'manager/index': 'src/manager/index.ts',
  'eventlog/index': 'src/eventlog/index.ts',
  'eventlog/pino/index': 'src/eventlog/pino/index.ts',
  'eventlog/winston/index': 'src/eventlog/winston/index.ts',
  'config/index': 'src/config/index.ts',
  'health/index': 'src/health/index.ts',
  'watchdog/index': 'src/watchdog/index.ts',
  'testing/index': 'src/testing/index.ts',
};

const common = {
  format: 'esm',
  target: 'node20',
  platform: 'node',
  sourcemap: false,
  // Both builds write to the same folder: package.json's build script empties it.
  clean: false,
  // The part of zod that the options need is 60 kB of its 500, and loading all of it costs a service 45 ms of its start.
  // pe-library and parse-xml are needed for a message file, and for reading events, only: nothing to install for the others.
  // eventemitter3 is one small file less to open at the start; it stays a dependency for its types.
  noExternal: ['zod', 'pe-library', '@rgrove/parse-xml', 'eventemitter3'],
} satisfies Options;

/** What is imported. */
export const library = {
  ...common,
  entry: { ...entries, 'cli/bin': 'src/cli/bin.ts' },
  splitting: true,
  esbuildPlugins: [messageFilePlugin],
  dts: { entry: entries, compilerOptions: { ignoreDeprecations: '6.0' } },
} satisfies Options;

export default defineConfig([
  library,
  {
    ...common,
    // A worker is loaded by its URL. The SCM waits for it, and opening a file costs more than reading a larger one.
    entry: {
      'host-thread': 'src/win32/host/host-thread.ts',
      'notify-thread': 'src/win32/scm/notify/notify-thread.ts',
    },
    splitting: false,
    dts: false,
  },
]);
