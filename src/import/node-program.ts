import { win32 } from 'node:path';
import { ServiceError } from '../errors/service-error.ts';
import { parseCommandLine } from '../manager/index.ts';
import type { ProgramOptions } from '../scm/service-spec.ts';
import { splitNodeArgs } from '../util/node-arguments.ts';
import { joinPath } from './values.ts';

/** Reads what an importer needs beside the settings. The real one reads files; tests bring their own. */
export interface ProgramFiles {
  /** Command of a script in the package.json of a folder, or `undefined`. */
  packageScript(folder: string, script: string): string | undefined;
  /** File that Node runs for a path: with its extension, and for a folder its main file. */
  scriptFile(path: string): string;
}

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
  const { nodeArgs: options, script, rest } = splitNodeArgs(args);
  const ends = options.find((option) => NO_SCRIPT.test(option));
  if (ends !== undefined) {
    throw new ServiceError('INVALID_OPTIONS', `The program is "node ${ends} …": there is no script to host.`);
  }
  if (script === undefined) throw new ServiceError('INVALID_OPTIONS', 'The program is node without a script to run.');
  const nodeArgs = options.filter((option) => option !== '--');
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
