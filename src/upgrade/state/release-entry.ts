import { sep } from 'node:path';
import { ServiceError } from '../../errors/service-error.ts';
import type { SourceContent } from '../source/source-content.ts';
import { moveCommandLine, partsIn, type ReleasePart } from './release-line.ts';

/**
 * Makes the command line of a new release from that of the present one. Program and script keep their place in the
 * folder; a script that the new release doesn't have becomes the `main` or `bin` of its package.json. A preload of
 * winsvc that it doesn't have is left out.
 *
 * @param script script of the new release, relative to its folder; default: that of the present one
 * @throws ServiceError RELEASE_INVALID for a release without an entry, or without a file that the command line names.
 */
export function toReleaseLine(
  content: SourceContent,
  imagePath: string,
  from: string,
  to: string,
  script?: string,
): string {
  const missing: string[] = [];
  const rename = (part: ReleasePart): string | undefined => {
    const path = part.kind === 'script' && script !== undefined ? script : part.path;
    if (has(content, path)) return path;
    if (part.kind === 'preload' && path.endsWith('load-guard.cjs')) return undefined;
    const main = part.kind === 'script' && script === undefined ? mainOf(content) : undefined;
    if (main !== undefined) return main;
    missing.push(path);
    return path;
  };
  const line = moveCommandLine(imagePath, from, to, rename);
  if (partsIn(imagePath, from).length === 0)
    throw new ServiceError(
      'RELEASE_INVALID',
      `The command line of the service names no file in ${from}, so a new release would change nothing: ${imagePath}`,
      { details: { imagePath, folder: from } },
    );
  if (missing.length > 0) throw withoutEntry(content, missing);
  return line;
}

function withoutEntry(content: SourceContent, missing: readonly string[]): ServiceError {
  const what = missing.join(', ');
  const built = content.files.size > 0 && content.files.has('package.json') ? ' Build it first?' : '';
  return new ServiceError(
    'RELEASE_INVALID',
    `The release ${content.source} has no ${what}, which the command line of the service runs, and its package.json names no other script.${built} Name it with --script FILE.`,
    { details: { source: content.source, missing } },
  );
}

/** Returns the script that the package.json names, if it is there. */
function mainOf(content: SourceContent): string | undefined {
  const { bin, main } = content.manifest ?? {};
  const bins = typeof bin === 'string' ? [bin] : Object.values(bin ?? {});
  const named = bins.length === 1 ? bins[0] : main;
  if (named === undefined) return undefined;
  return [named, `${named}.js`, `${named}/index.js`].map(normalize).find((path) => has(content, path));
}

function has({ files }: SourceContent, path: string): boolean {
  const wanted = normalize(path).replaceAll(sep, '/');
  if (files.has(wanted)) return true;
  return process.platform === 'win32' && [...files].some((file) => file.toLowerCase() === wanted.toLowerCase());
}

function normalize(path: string): string {
  return path.replace(/^\.[\\/]/, '');
}
