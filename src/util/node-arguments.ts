/** Arguments of Node by their part. */
export interface NodeArguments {
  /** Options of Node, before the script. */
  readonly nodeArgs: readonly string[];
  readonly script: string | undefined;
  readonly rest: readonly string[];
}

/** Options of Node whose value is an argument of its own. */
const WITH_VALUE: ReadonlySet<string> = new Set([
  ...['-r', '--require', '--import', '--loader', '--experimental-loader', '-C', '--conditions'],
  ...['--env-file', '--env-file-if-exists', '--title', '--inspect-port', '--debug-port', '--icu-data-dir'],
  ...['--openssl-config', '--redirect-warnings', '--diagnostic-dir', '--report-dir', '--report-directory'],
  ...['--report-filename', '--report-signal', '--heapsnapshot-signal', '--heapsnapshot-near-heap-limit'],
  ...['--max-http-header-size', '--dns-result-order', '--unhandled-rejections', '--disable-warning', '--input-type'],
  ...['--experimental-default-type', '--trace-event-categories', '--trace-event-file-pattern', '--cpu-prof-dir'],
  ...['--heap-prof-dir', '--disable-proto', '--secure-heap', '--tls-cipher-list', '--localstorage-file'],
]);

export function splitNodeArgs(args: readonly string[]): NodeArguments {
  let at = 0;
  while (args[at]?.startsWith('-')) at += WITH_VALUE.has(args[at] ?? '') ? 2 : 1;
  return { nodeArgs: args.slice(0, at), script: args[at], rest: args.slice(at + 1) };
}

/** Joins a script whose path has spaces and no quotes: the first arguments that are a file together. */
export function joinScript(
  split: NodeArguments,
  exists: (path: string) => boolean,
): NodeArguments & { readonly joined: boolean } {
  const { script, rest } = split;
  if (script === undefined || exists(script)) return { ...split, joined: false };
  for (let count = 1; count <= rest.length; count++) {
    const path = [script, ...rest.slice(0, count)].join(' ');
    if (exists(path)) return { ...split, script: path, rest: rest.slice(count), joined: true };
  }
  return { ...split, joined: false };
}
