import { defineConfig } from 'tsup';

/** Every entry of package.json's exports. */
const entries = {
  index: 'src/index.ts',
  'manager/index': 'src/manager/index.ts',
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
  noExternal: ['zod'],
  dts: { entry: entries, compilerOptions: { ignoreDeprecations: '6.0' } },
});
