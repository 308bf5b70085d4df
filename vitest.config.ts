import { fileURLToPath } from 'node:url';
import { configDefaults, defineConfig } from 'vitest/config';

/** Tests that install packages, or build the docs site or whole programs: minutes, so they have a script of their own (npm run test:long). */
const LONG = ['test/smoke/{recipe-*,docs-site}.test.ts', 'test/scm/{recipe-*,sea}.test.ts'];

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  resolve: {
    // Tests import the package by its name, and get the sources.
    alias: [
      { find: /^winsvc$/, replacement: at('./src/index.ts') },
      { find: /^winsvc\/([\w/]+)$/, replacement: at('./src/$1/index.ts') },
    ],
  },
  test: {
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      // These run only under a real SCM, in another process.
      exclude: [
        'src/win32/ffi/koffi.ts',
        'src/win32/host/{dispatcher,host-thread*,win32-service-host}.ts',
        'src/win32/scm/notify/{notify-thread,status-notifier}.ts',
      ],
      reporter: ['text', 'html'],
    },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: [...configDefaults.exclude, 'test/{scm,smoke}/**', '**/*.scm.test.ts'],
          // Some wait for files, sockets and processes; on a busy machine that takes a while.
          testTimeout: 30_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'types',
          include: [],
          typecheck: {
            enabled: true,
            only: true,
            include: ['test/types/**/*.test-d.ts'],
            tsconfig: 'test/types/tsconfig.json',
          },
        },
      },
      {
        // A real SCM: Wine's on Linux (npm run rig:setup), the machine's on Windows (elevated).
        extends: true,
        test: {
          name: 'scm',
          include: ['test/scm/**/*.test.ts', 'test/**/*.scm.test.ts'],
          exclude: [...configDefaults.exclude, ...LONG],
          // There is one SCM.
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        // The second level of the rig (npm run rig:setup -- --wine10): what Wine 8 lacks.
        extends: true,
        test: {
          name: 'scm10',
          include: ['test/{contract,oracle,monitoring}/**/*.scm.test.ts'],
          // It counts the handles of a process, which Wine 10 can't.
          exclude: [...configDefaults.exclude, '**/handles.scm.test.ts'],
          env: { WINSVC_RIG_WINE: '10' },
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        // The packed tarball.
        extends: true,
        test: {
          name: 'package',
          include: ['test/smoke/**/*.test.ts'],
          exclude: [...configDefaults.exclude, ...LONG],
          testTimeout: 120_000,
          hookTimeout: 180_000,
        },
      },
      {
        extends: true,
        test: { name: 'long', include: LONG, fileParallelism: false, testTimeout: 120_000, hookTimeout: 180_000 },
      },
    ],
  },
});
