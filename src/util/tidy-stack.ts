const FRAME = /^\s+at /;
const FILE_URL = /file:\/\/\/[^\s)]+?(?=:\d+:\d+|[\s)]|$)/g;

let own: { readonly url: string; readonly path: string } | undefined;

/**
 * Makes a stack readable: the frames of the app come first, those of this package become one line at the end, and file
 * URLs become paths. A stack that has frames of this package only is kept.
 */
export function tidyStack(stack: string): string {
  const { url, path } = (own ??= ownFolder());
  const lines = stack.split('\n');
  const isOwn = (line: string): boolean => FRAME.test(line) && (line.includes(url) || line.includes(path));
  const kept = lines.filter((line) => !isOwn(line));
  const folded = lines.length - kept.length;
  const text = kept.some((line) => FRAME.test(line) && !line.includes('node:')) ? kept : lines;
  const end = text === kept && folded > 0 ? [`    … ${folded} ${folded === 1 ? 'frame' : 'frames'} of winsvc`] : [];
  return [...text, ...end].join('\n').replace(FILE_URL, toPath);
}

/** The path of a file URL; the URL where it is none. */
function toPath(url: string): string {
  try {
    // Loaded with the first stack, not with the start of the service.
    return process.getBuiltinModule('node:url').fileURLToPath(url);
  } catch {
    return url;
  }
}

/** Folder of this package's code: `…/dist/` or `…/src/`. Found with the first stack: reading import.meta costs a start. */
function ownFolder(): { readonly url: string; readonly path: string } {
  const url = /^(.*\/(?:dist|src)\/)/.exec(import.meta.url)?.[1] ?? import.meta.url;
  return { url, path: toPath(url) };
}
