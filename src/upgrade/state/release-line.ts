import { join, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildCommandLine, parseCommandLine } from '../../manager/index.ts';

/** Part of a command line that lies in the folder of a release. */
export interface ReleasePart {
  /** `'program'`: the executable. `'script'`: the first argument that is a script. `'preload'`: `--require` or `--import`. */
  readonly kind: 'program' | 'script' | 'preload' | 'argument';
  /** Path below the folder of the release. */
  readonly path: string;
}

const SCRIPT = /\.[cm]?[jt]s$/i;
const PRELOAD = /^(?:--require|--import|-r)(?:=|$)/;

/**
 * Rewrites a command line so that what lay in one folder lies in another: program, script, preloads and arguments, also
 * as `--name=path` and as `file:` URLs. Everything else stays.
 *
 * @param rename changes a path below the folder; `undefined` leaves the argument out
 */
export function moveCommandLine(
  imagePath: string,
  from: string,
  to: string,
  rename: (part: ReleasePart) => string | undefined = ({ path }) => path,
): string {
  const { file, args } = parseCommandLine(imagePath);
  const moved: string[] = [];
  let hasScript = false;
  for (const [i, argument] of args.entries()) {
    const found = locate(argument, from);
    if (!found) {
      moved.push(argument);
      continue;
    }
    const kind = kindOf(argument, args[i - 1], hasScript);
    if (kind === 'script') hasScript = true;
    const path = rename({ kind, path: found.path });
    if (path !== undefined)
      moved.push(`${found.prefix}${found.isUrl ? pathToFileURL(join(to, path)).href : join(to, path)}`);
    // Its option has no value any more.
    else if (PRELOAD.test(args[i - 1] ?? '') && !argument.startsWith('-')) moved.pop();
  }
  const program = locate(file, from);
  const programPath = program && rename({ kind: 'program', path: program.path });
  return buildCommandLine(programPath === undefined ? file : join(to, programPath), moved);
}

/** Lists the parts of a command line that lie in a folder. */
export function partsIn(imagePath: string, folder: string): readonly ReleasePart[] {
  const parts: ReleasePart[] = [];
  moveCommandLine(imagePath, folder, folder, (part) => {
    parts.push(part);
    return part.path;
  });
  return parts;
}

/** Finds the file that a command line runs: the script, or the program itself. */
export function mainFile(imagePath: string): string {
  const { file, args } = parseCommandLine(imagePath);
  return (
    args.find((argument, i) => !argument.startsWith('-') && SCRIPT.test(argument) && !isValue(args[i - 1])) ?? file
  );
}

function isValue(before: string | undefined): boolean {
  return before !== undefined && /^(?:-r|--require|--import|--loader|--experimental-loader)$/.test(before);
}

function kindOf(argument: string, before: string | undefined, hasScript: boolean): ReleasePart['kind'] {
  if (PRELOAD.test(argument) || isValue(before)) return 'preload';
  return !hasScript && !argument.startsWith('-') && SCRIPT.test(argument) ? 'script' : 'argument';
}

function locate(
  argument: string,
  folder: string,
): { readonly prefix: string; readonly path: string; readonly isUrl: boolean } | undefined {
  const prefix = /^-[^=]*=/.exec(argument)?.[0] ?? '';
  const rest = argument.slice(prefix.length);
  const url = `${pathToFileURL(folder).href}/`;
  if (comparable(rest).startsWith(comparable(url)))
    return { prefix, path: decodeURIComponent(rest.slice(url.length)).replaceAll('/', sep), isUrl: true };
  const base = folder.endsWith(sep) ? folder : folder + sep;
  if (!comparable(rest).startsWith(comparable(base))) return undefined;
  return { prefix, path: rest.slice(base.length), isUrl: false };
}

/** Windows compares paths whatever their case, and takes both slashes. */
export function comparable(path: string): string {
  return process.platform === 'win32' ? path.replaceAll('/', '\\').toLowerCase() : path;
}
