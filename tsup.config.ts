import { join, relative } from 'node:path';
import type { Options } from 'tsup';
import manifest from './package.json' with { type: 'json' };
import { builtinsPlugin } from './scripts/lib/builtins-plugin.ts';
import { messageFilePlugin } from './scripts/lib/message-file-plugin.ts';
import { neededChecksPlugin } from './scripts/lib/needed-checks-plugin.ts';
import { noticesPlugin } from './scripts/lib/notices-plugin.ts';
import { pagePlugin } from './scripts/lib/page-plugin.ts';
import { requiredBuiltinsPlugin } from './scripts/lib/required-builtins-plugin.ts';

/** Every entry of package.json's exports. */
const main = { index: 'src/index.ts' };
const others = {
  'manager/index': 'src/manager/index.ts',
  'eventlog/index': 'src/eventlog/index.ts',
  'eventlog/pino/index': 'src/eventlog/pino/index.ts',
  'eventlog/winston/index': 'src/eventlog/winston/index.ts',
  'secret/index': 'src/secret/index.ts',
  'config/index': 'src/config/index.ts',
  'health/index': 'src/health/index.ts',
  'heartbeat/index': 'src/heartbeat/index.ts',
  'watchdog/index': 'src/watchdog/index.ts',
  'metrics/index': 'src/metrics/index.ts',
  'telemetry/index': 'src/telemetry/index.ts',
  'session/index': 'src/session/index.ts',
  'testing/index': 'src/testing/index.ts',
  'upgrade/index': 'src/upgrade/index.ts',
  'fleet/index': 'src/fleet/index.ts',
};

const common = {
  format: 'esm',
  target: 'node20',
  platform: 'node',
  // Declarations: scripts/build-types.ts.
  dts: false,
  // Positions only: stacks of the package can be mapped (node --enable-source-maps), and the maps stay small.
  sourcemap: true,
  removeNodeProtocol: false,
  define: { WINSVC_VERSION: JSON.stringify(manifest.version) },
  // All builds write to the same folder: package.json's build script empties it.
  clean: false,
  // The part of zod that the options need is 60 kB of its 500, and loading all of it costs a service 45 ms of its start.
  // pe-library and parse-xml are needed for a message file, and for reading events, only: nothing to install for the others.
  // re2js is needed for patterns of the watchdog only.
  // eventemitter3 is one small file less to open at the start; it stays a dependency for its types.
  esbuildOptions(options) {
    options.sourcesContent = false;
    // Its main file requires its parts by names that a bundler can't see.
    options.alias = { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' };
  },
  noExternal: ['zod', 'pe-library', '@rgrove/parse-xml', 'eventemitter3', 're2js', 'jsonc-parser'],
} satisfies Options;

/** What the SCM never waits for: the main file loads it from the build of the others. */
const apart = {
  'cli/index': 'src/cli/index.ts',
  'contain-program': 'src/contain-program.ts',
  'host/console/console-host': 'src/host/console/console-host.ts',
  'hosting/lazy-program': 'src/hosting/lazy-program.ts',
};
const loadedApart: NonNullable<Options['esbuildPlugins']>[number] = {
  name: 'winsvc-loaded-apart',
  setup(build) {
    build.onResolve(
      {
        filter:
          /\/(?:cli\/index|contain-program|host\/console\/console-host|manager\/index|(?:hosting\/)?lazy-program)\.ts$/,
      },
      // From the root of dist, where the files that load them are.
      ({ path, resolveDir, kind }) =>
        // hosted.cjs has it inside.
        kind !== 'dynamic-import' && path.endsWith('/contain-program.ts')
          ? undefined
          : {
              path: `./${relative(join(process.cwd(), 'src'), join(resolveDir, path)).replaceAll('\\', '/').replace(/\.ts$/, '.js')}`,
              external: true,
            },
    );
  },
};

/** The program that `winsvc run` starts uses the main file, and has no copy of it. */
const mainApart: NonNullable<Options['esbuildPlugins']>[number] = {
  name: 'winsvc-main-apart',
  setup(build) {
    build.onResolve({ filter: /^\.\/index\.ts$/ }, ({ importer }) =>
      importer.endsWith('run-hosted.ts') ? { path: './index.js', external: true } : undefined,
    );
  },
};

/** The program of the package runs two verbs by itself, and loads the whole command line for the others. */
const commandLineApart: NonNullable<Options['esbuildPlugins']>[number] = {
  name: 'winsvc-command-line-apart',
  setup(build) {
    build.onResolve({ filter: /\/cli\/bin\.ts$/ }, () => ({ path: './bin.js', external: true }));
  },
};

/**
 * The admin uses the whole of zod, and OpenAPI's part of it: in a build with the others these would be in the files that
 * all entries share. The command line loads it by the name of the package.
 */
const admin = { 'admin/index': 'src/admin/index.ts' };
const adminApart: NonNullable<Options['esbuildPlugins']>[number] = {
  name: 'winsvc-admin-apart',
  setup(build) {
    build.onResolve({ filter: /\/admin\/index\.ts$/ }, () => ({ path: 'winsvc/admin', external: true }));
  },
};

/** The conversion of zod's schemas to JSON Schema is 45 kB, which would be in the file that all entries share: one of its own. */
const jsonSchema = { 'manager/spec-json-schema': 'src/manager/spec/json-schema.ts' };
const jsonSchemaApart: NonNullable<Options['esbuildPlugins']>[number] = {
  name: 'winsvc-json-schema-apart',
  setup(build) {
    build.onResolve({ filter: /\/spec\/json-schema\.ts$/ }, () => ({ path: '#spec-json-schema', external: true }));
  },
};

export default [
  {
    ...common,
    entry: { ...others, ...apart, 'cli/bin': 'src/cli/bin.ts' },
    splitting: true,
    esbuildPlugins: [messageFilePlugin, adminApart, jsonSchemaApart, noticesPlugin, requiredBuiltinsPlugin],
  },
  {
    ...common,
    entry: jsonSchema,
    splitting: false,
    esbuildPlugins: [noticesPlugin],
  },
  {
    ...common,
    // The SCM waits for this one and for hosted.cjs, and opening a file costs more than reading a larger one: one file each. What they
    // share with the others is there twice; the errors know each other all the same (errors/share-instances.ts).
    entry: { ...main, 'run-hosted': 'src/run-hosted.ts' },
    splitting: false,
    esbuildPlugins: [builtinsPlugin, neededChecksPlugin, mainApart, loadedApart, noticesPlugin],
  },
  {
    ...common,
    entry: admin,
    splitting: true,
    esbuildPlugins: [pagePlugin, noticesPlugin, requiredBuiltinsPlugin],
  },
  {
    ...common,
    // Threads, and what the host's reads later, are loaded by their URL. CommonJS, because there is no ESM loader to
    // boot then: 3 ms and half a MiB.
    entry: {
      'host-thread': 'src/win32/host/host-thread.ts',
      'load-guard': 'src/load-guard.ts',
      'options-check': 'src/options-check.ts',
      'load-check': 'src/win32/probe/load-check-main.ts',
      'host-post-start': 'src/win32/host/host-post-start.ts',
      'message-thread': 'src/win32/wts/message-thread.ts',
      'notify-thread': 'src/win32/scm/notify/notify-thread.ts',
      'scm-process': 'src/win32/scm/process/scm-process.ts',
      // Of the exe that \`winsvc pack --sea\` makes.
      'sea-files': 'src/sea-files.ts',
      'sea-main': 'src/sea-main.ts',
      // One file, and no ESM loader: `winsvc status` then waits for little more than koffi.
      'cli/winsvc': 'src/winsvc.ts',
    },
    format: 'cjs',
    esbuildPlugins: [noticesPlugin, commandLineApart],
    splitting: false,
    esbuildOptions(options) {
      options.sourcesContent = false;
      options.define = { ...options.define, 'import.meta.url': 'winsvcFileUrl' };
      options.banner = { js: "const winsvcFileUrl = require('node:url').pathToFileURL(__filename).href;" };
    },
  },
  {
    ...common,
    // Node loads it before the program that it hosts. With --require, because a program in CommonJS then needs no ESM
    // loader either; --import would boot one. In threads of the program
    // hosted.cjs is the other one.
    entry: { hosted: 'src/hosted.ts', 'hosted-thread': 'src/hosted-thread.ts' },
    format: 'cjs',
    esbuildPlugins: [builtinsPlugin, neededChecksPlugin, loadedApart, noticesPlugin],
    splitting: false,
    esbuildOptions(options) {
      options.sourcesContent = false;
      options.define = { ...options.define, 'import.meta.url': 'winsvcFileUrl' };
      options.banner = {
        js: "if (!require('node:worker_threads').isMainThread && !__filename.endsWith('hosted-thread.cjs')) return require('./hosted-thread.cjs');\nconst winsvcFileUrl = require('node:url').pathToFileURL(__filename).href;",
      };
    },
  },
] satisfies Options[];
