import { win32 } from 'node:path';
import { ServiceError } from '../errors/service-error.ts';
import { parseCommandLine } from '../manager/index.ts';
import type { ProgramOptions } from '../scm/service-spec.ts';
import { joinPath } from './values.ts';

/** Reads what an importer needs beside the settings. The real one reads files; tests bring their own. */
export interface ProgramFiles {
  /** Command of a script in the package.json of a folder, or `undefined`. */
  packageScript(folder: string, script: string): string | undefined;
  /** File that Node runs for a path: with its extension, and for a folder its main file. */
  scriptFile(path: string): string;
}

/** Options of Node whose value is the next argument. https://nodejs.org/api/cli.html */
const WITH_VALUE: ReadonlySet<string> = new Set([
  ...['-r', '--require', '--import', '--loader', '--experimental-loader', '-C', '--conditions'],
  ...['--env-file', '--env-file-if-exists', '--title', '--inspect-port', '--debug-port', '--icu-data-dir'],
  ...['--openssl-config', '--redirect-warnings', '--diagnostic-dir', '--report-dir', '--report-directory'],
  ...['--report-filename', '--report-signal', '--heapsnapshot-signal', '--heapsnapshot-near-heap-limit'],
  ...['--max-http-header-size', '--dns-result-order', '--unhandled-rejections', '--disable-warning', '--input-type'],
  ...['--experimental-default-type', '--trace-event-categories', '--trace-event-file-pattern', '--cpu-prof-dir'],
  ...['--heap-prof-dir', '--disable-proto', '--secure-heap', '--tls-cipher-list', '--localstorage-file'],
]);
const NO_SCRIPT =
  /^(?:-e|-p|-pe|-c|-i|-v|-h|--eval|--print|--check|--interactive|--version|--help|--run|--test)(?:=|$)/;
const SCRIPT = /\.[cm]?[jt]s$/i;
const PACKAGE_RUNNERS = new Set(['npm', 'pnpm', 'yarn']);
/** Characters that only a shell understands. */
const SHELL = /[&|<>^;]/;

/** A program to host, and how it differs from what the other tool ran. */
export interface NodeProgram {
  readonly program: ProgramOptions;
  readonly why?: string;
}

/**
 * Finds the Node script in a command: `node [options] script [arguments]`, a script alone, `npm start` where the script
 * `start` is such a command, and all of these behind `cmd /c`.
 *
 * @throws ServiceError INVALID_OPTIONS for programs that aren't Node, which winsvc can't host.
 */
export function toNodeProgram(
  file: string,
  args: readonly string[],
  folder: string,
  files: ProgramFiles,
  depth = 0,
): NodeProgram {
  const base = win32
    .basename(file.replaceAll('/', '\\'))
    .replace(/\.(?:exe|cmd|bat|com)$/i, '')
    .toLowerCase();
  const next = (command: readonly string[], why?: string): NodeProgram => {
    const [first, ...rest] = command;
    if (first === undefined || depth > 3) throw notNode(file);
    const found = toNodeProgram(first, rest, folder, files, depth + 1);
    const reasons = [why, found.why].filter((reason) => reason !== undefined);
    return { program: found.program, ...(reasons.length > 0 && { why: reasons.join('; ') }) };
  };
  if (base === 'node' || base === 'nodejs') return nodeWith(file, args, folder, files);
  if (SCRIPT.test(file)) return { program: { script: joinPath(folder, file), ...(args.length > 0 && { args }) } };
  if (base === 'cmd') {
    const command = args.slice(args.findIndex((arg) => /^\/c$/i.test(arg)) + 1);
    // `cmd /c "node server.js"` is one argument.
    const words = command.length === 1 ? splitArguments(command[0] ?? '') : command;
    if (args.some((arg) => /^\/c$/i.test(arg)) && !words.some((word) => SHELL.test(word))) {
      return next(words, 'runs without cmd.exe');
    }
  }
  if (PACKAGE_RUNNERS.has(base)) {
    const words = args.filter((arg) => arg !== 'run' && arg !== 'run-script');
    const [script, ...rest] = words;
    const command = script === undefined ? undefined : files.packageScript(folder, script);
    if (command !== undefined && !SHELL.test(command)) {
      const given = rest[0] === '--' ? rest.slice(1) : rest;
      return next([...splitArguments(command), ...given], `runs the command of the script "${script}" without ${base}`);
    }
  }
  throw notNode(file);
}

/** Splits the arguments of a command line, by the rules of Windows. */
export function splitArguments(text: string): readonly string[] {
  return parseCommandLine(`program ${text.replaceAll(/[\r\n\t]/g, ' ')}`).args;
}

function nodeWith(file: string, args: readonly string[], folder: string, files: ProgramFiles): NodeProgram {
  let at = 0;
  while (at < args.length && args[at]?.startsWith('-') === true) {
    const option = args[at] ?? '';
    if (NO_SCRIPT.test(option)) {
      throw new ServiceError('INVALID_OPTIONS', `The program is "node ${option} …": there is no script to host.`);
    }
    if (option === '--') {
      at += 1;
      break;
    }
    at += WITH_VALUE.has(option) ? 2 : 1;
  }
  const nodeArgs = args.slice(0, at).filter((arg) => arg !== '--');
  const script = args[at];
  if (script === undefined) throw new ServiceError('INVALID_OPTIONS', 'The program is node without a script to run.');
  const rest = args.slice(at + 1);
  const isPath = /[\\/]/.test(file);
  return {
    program: {
      ...(isPath && { file: joinPath(folder, file) }),
      ...(nodeArgs.length > 0 && { nodeArgs }),
      script: files.scriptFile(joinPath(folder, script)),
      ...(rest.length > 0 && { args: rest }),
    },
    ...(!isPath && { why: 'runs with the Node.js that runs winsvc, not with the first one in PATH' }),
  };
}

function notNode(file: string): ServiceError {
  return new ServiceError(
    'INVALID_OPTIONS',
    `The program is ${file}, which isn't a Node.js script: winsvc hosts Node.js programs only. Leave this service with its present tool. Nothing was changed.`,
    { details: { file } },
  );
}
