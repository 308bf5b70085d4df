import type { Options } from 'tsup';

type Plugin = NonNullable<Options['esbuildPlugins']>[number];

const NAMESPACE = 'needed-checks';

/** Functions of src/options-check.ts, by the module that has them. */
const CHECKS: Readonly<Record<string, readonly string[]>> = {
  'check-service-options': ['checkServiceOptions', 'checkInstance'],
  'parse-host-options': ['checkHostOptions', 'checkHostSettings'],
};

/**
 * Leaves the schemas of options, and zod with them, out of the main file and of hosted.cjs: their calls of them load options-check.cjs. A
 * start with usual options then reads and compiles a fifth less.
 */
export const neededChecksPlugin: Plugin = {
  name: 'winsvc-needed-checks',
  setup(build) {
    const modules = Object.keys(CHECKS).join('|');
    build.onResolve({ filter: new RegExp(`/(?:${modules})\\.ts$`) }, ({ path }) => ({
      path: /([^/]+)\.ts$/.exec(path)?.[1] ?? path,
      namespace: NAMESPACE,
    }));
    build.onLoad({ filter: /.*/, namespace: NAMESPACE }, ({ path }) => ({
      resolveDir: 'src',
      contents: [
        "import { requirePackageFile } from './errors/package-file.ts';",
        ...(CHECKS[path] ?? []).map(
          (name) => `export const ${name} = (...args) => requirePackageFile('options-check.cjs').${name}(...args);`,
        ),
      ].join('\n'),
    }));
  },
};
