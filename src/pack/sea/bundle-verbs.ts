import { optionalPackage } from '../../errors/optional-package.ts';
import { adminApart, baseBuild, optionalPackages } from '../bundle-program.ts';

/** Gives the exe the verbs of `runCli`: install, status and so on. */
const PROGRAM = `
import { defineService } from './dist/index.js';
export const run = (name, argv) => defineService({ name, start() {} }).runCli(argv);
`;

/**
 * Bundles the verbs for a program that has none of its own.
 *
 * @param packageDir folder of winsvc
 * @throws ServiceError PACKAGE_MISSING without esbuild
 */
export async function bundleVerbs(packageDir: string, outfile: string): Promise<void> {
  const { build } = await optionalPackage('esbuild', 'winsvc pack', () => import('esbuild'));
  await build({
    ...baseBuild('cjs', []),
    stdin: { contents: PROGRAM, resolveDir: packageDir },
    outfile,
    minify: true,
    keepNames: true,
    plugins: [optionalPackages, adminApart],
  });
}
