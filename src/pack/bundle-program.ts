import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative, resolve } from 'node:path';
import type { BuildFailure, BuildOptions, BuildResult, Message, Metafile, Plugin } from 'esbuild';
import { optionalPackage } from '../errors/optional-package.ts';
import { ServiceError } from '../errors/service-error.ts';

/** Options of {@link bundleProgram}. */
export interface BundleOptions {
  readonly entry: string;
  /** Folder for the bundle. */
  readonly outdir: string;
  readonly external: readonly string[];
  readonly minify: boolean;
  /** `true`: what winsvc loads late is part of the bundle too, for one exe. Default `false`. */
  readonly whole?: boolean;
}

/** A program in one file. */
export interface Bundle {
  /** Name of the file: `app.cjs`, or `app.mjs` for a program with a top-level await. */
  readonly file: string;
  /** `true`: the program calls `runCli`, so it has the verbs itself. */
  readonly hasVerbs: boolean;
  /** `true`: winsvc is part of the bundle, so the program defines a service itself. */
  readonly usesWinsvc: boolean;
  /** `true`: the program starts Node again, by `fork`, `cluster` or `process.execPath`. */
  readonly startsNode: boolean;
  readonly warnings: readonly string[];
  /** Files that the bundle loads by their path, relative to its folder: native code. */
  readonly beside: readonly string[];
}

/** Optional packages of winsvc. A program that doesn't have them doesn't need them. */
const OPTIONAL = ['ffi-rs', 'jose', 'nodemailer', 'prom-client', 'rate-limiter-flexible', 'winston', 'yaml', 'esbuild'];
const NAME = 'app';
const RUN_CLI = /\.\s*runCli\s*\(/;
const STARTS_NODE = /\bfork\s*\(|['"](?:node:)?cluster['"]|\bprocess\.execPath\b/;

/**
 * Bundles a program with esbuild. CommonJS, because Node needs no second loader for it and starts faster; a program with
 * a top-level await becomes an ES module.
 *
 * @throws ServiceError PACKAGE_MISSING without esbuild; INVALID_OPTIONS when the program can't be bundled
 */
export async function bundleProgram(options: BundleOptions): Promise<Bundle> {
  const { build } = await optionalPackage('esbuild', 'winsvc pack', () => import('esbuild'));
  const run = async (format: 'cjs' | 'esm'): Promise<Bundle> => {
    const file = `${NAME}.${format === 'cjs' ? 'cjs' : 'mjs'}`;
    const result = (await build(toBuild(options, format, file))) as BuildResult & { readonly metafile: Metafile };
    return {
      file,
      hasVerbs: hasText(result.metafile, RUN_CLI),
      startsNode: hasText(result.metafile, STARTS_NODE),
      usesWinsvc: hasWinsvc(result.metafile),
      warnings: result.warnings.filter(isOfProgram).map(describe),
      beside: Object.keys(result.metafile.outputs)
        .map((path) => relative(options.outdir, resolve(path)))
        .filter((path) => path !== file),
    };
  };
  try {
    return await run('cjs');
  } catch (error) {
    const errors = isFailure(error) ? error.errors : [];
    if (errors.some(({ text }) => text.includes('Top-level await'))) {
      return run('esm').catch((second: unknown) => {
        throw cannotBundle(options.entry, second);
      });
    }
    throw cannotBundle(options.entry, error);
  }
}

function toBuild(
  { entry, outdir, external, minify, whole = false }: BundleOptions,
  format: 'cjs' | 'esm',
  file: string,
): BuildOptions {
  return {
    ...baseBuild(format, external),
    entryPoints: [entry],
    outfile: join(outdir, file),
    minify,
    keepNames: minify,
    metafile: true,
    plugins: whole ? [optionalPackages, adminApart] : [optionalPackages, lateParts],
  };
}

/** Builds the options of esbuild that all bundles of a pack share. */
export function baseBuild(format: 'cjs' | 'esm', external: readonly string[]): BuildOptions {
  const own =
    format === 'cjs'
      ? {
          // A bundle has one place: `import.meta` of every file becomes that of the bundle.
          banner: { js: "const packedUrl = require('node:url').pathToFileURL(__filename).href;" },
          define: {
            'import.meta.url': 'packedUrl',
            'import.meta.filename': '__filename',
            'import.meta.dirname': '__dirname',
          },
        }
      : {
          banner: {
            js: [
              "import { createRequire as packedRequire } from 'node:module';",
              // Global: the program may declare these names itself.
              'globalThis.require ??= packedRequire(import.meta.url);',
              'globalThis.__filename ??= import.meta.filename;',
              'globalThis.__dirname ??= import.meta.dirname;',
            ].join('\n'),
          },
        };
  return {
    bundle: true,
    platform: 'node',
    target: 'node20',
    format,
    sourcemap: false,
    logLevel: 'silent',
    logOverride: { 'ignored-bare-import': 'silent', 'empty-import-meta': 'silent' },
    // Native code is copied beside the bundle.
    loader: { '.node': 'copy' },
    external: ['koffi', ...external, ...external.map((name) => `${name}/*`)],
    ...own,
  };
}

/** Leaves out the optional packages of winsvc that the program doesn't have. */
export const optionalPackages: Plugin = {
  name: 'winsvc-optional-packages',
  setup(build) {
    build.onResolve({ filter: new RegExp(`^(?:${OPTIONAL.join('|')})(?:/|$)`) }, ({ path, resolveDir }) => {
      try {
        createRequire(join(resolveDir, 'x.js')).resolve(path);
        return undefined;
      } catch {
        return { path, external: true };
      }
    });
  },
};

/** Leaves what winsvc itself loads late, such as its command line, in the package that is copied. */
const lateParts: Plugin = {
  name: 'winsvc-late-parts',
  setup(build) {
    build.onResolve({ filter: /^\.{1,2}\// }, ({ path, importer, kind, resolveDir }) => {
      if (kind !== 'dynamic-import') return undefined;
      const dist = distOf(importer);
      if (dist === undefined) return undefined;
      const file = relative(dist, join(resolveDir, path)).replaceAll('\\', '/');
      return { path: `./node_modules/winsvc/dist/${file}`, external: true };
    });
  },
};

/** Leaves out the admin of winsvc's own verbs: an exe has none of them. */
export const adminApart: Plugin = {
  name: 'winsvc-admin-apart',
  setup(build) {
    build.onResolve({ filter: /^winsvc\/admin$/ }, ({ path, importer, kind }) =>
      kind === 'dynamic-import' && distOf(importer) !== undefined ? { path, external: true } : undefined,
    );
  },
};

/** Folder `dist` of winsvc that a file is in. */
function distOf(file: string): string | undefined {
  for (let at = dirname(file); dirname(at) !== at; at = dirname(at)) {
    if (basename(at) !== 'dist') continue;
    const manifest = join(at, '..', 'package.json');
    if (existsSync(manifest) && /"name":\s*"winsvc"/.test(readFileSync(manifest, 'utf8'))) return at;
  }
  return undefined;
}

function hasWinsvc({ inputs }: Metafile): boolean {
  return Object.keys(inputs).some((path) => distOf(resolve(path)) !== undefined);
}

/** Returns whether one of the program's own files, not those of packages, has such a text. */
function hasText({ inputs }: Metafile, text: RegExp): boolean {
  const own = Object.keys(inputs).filter(
    (path) => !path.includes('node_modules/') && distOf(resolve(path)) === undefined,
  );
  return own.some((path) => {
    try {
      return text.test(readFileSync(path, 'utf8'));
    } catch {
      return false;
    }
  });
}

/** A warning about a package is for its authors. */
function isOfProgram({ location }: Message): boolean {
  return !/(?:^|[\\/])(?:node_modules|winsvc[\\/]dist)[\\/]/.test(location?.file ?? '');
}

function describe({ text, location }: Message): string {
  return location ? `${location.file}:${location.line}: ${text}` : text;
}

function isFailure(error: unknown): error is BuildFailure {
  return error instanceof Error && Array.isArray((error as Partial<BuildFailure>).errors);
}

function cannotBundle(entry: string, cause: unknown): Error {
  if (!isFailure(cause)) return cause as Error;
  const lines = cause.errors.slice(0, 10).map((message) => `  - ${describe(message)}`);
  return new ServiceError(
    'INVALID_OPTIONS',
    `${entry} can't be bundled:\n${lines.join('\n')}\nA package that can't be bundled stays outside with --external NAME.`,
    { cause, details: { entry, folder: dirname(entry) } },
  );
}
