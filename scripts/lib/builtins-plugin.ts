import type { Options } from 'tsup';

type Plugin = NonNullable<Options['esbuildPlugins']>[number];

const NAMESPACE = 'node-builtin';

/**
 * Takes from Node's modules what is used, and no more. An `import` of one in an ES module reads every property it has,
 * and with them loads what they load when they are first read: node:util and node:fs bring all of node:stream.
 */
export const builtinsPlugin: Plugin = {
  name: 'winsvc-builtins',
  setup(build) {
    build.onResolve({ filter: /^node:/ }, ({ path, kind }) =>
      kind === 'dynamic-import' ? { path, external: true } : { path, namespace: NAMESPACE },
    );
    build.onLoad({ filter: /.*/, namespace: NAMESPACE }, async ({ path }) => {
      const { default: builtin, ...names } = (await import(path)) as { default: unknown } & Record<string, unknown>;
      // Marked as pure, so that what is not used is not read.
      const reads = Object.keys(names).map((name) => `export const ${name} = /* @__PURE__ */ read$('${name}');`);
      const contents = [
        `const builtin$ = process.getBuiltinModule('${path}');`,
        'const read$ = (name) => builtin$[name];',
        ...reads,
        ...(builtin === undefined ? [] : ['export default builtin$;']),
      ];
      return { contents: contents.join('\n') };
    });
  },
};
