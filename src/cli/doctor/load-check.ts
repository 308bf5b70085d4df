import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import type { Probed } from '../../scm/machine-probe.ts';
import type { KoffiFacts, LoadFacts } from './snapshot.ts';

/** Script to load, and how the service would load it. */
export interface LoadRequest {
  readonly node: string;
  readonly nodeArgs: readonly string[];
  readonly script: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly timeoutMs?: number;
}

export interface LoadResult {
  readonly koffi: KoffiFacts;
  readonly load: Probed<LoadFacts>;
}

const TIMEOUT_MS = 30_000;
const MOST_OUTPUT = 100_000;

/**
 * Loads koffi and links the script in a child process with the service's node.exe. The script doesn't run.
 *
 * @param checker path of load-check.cjs, which the child runs
 */
export async function checkLoad(checker: string, request: LoadRequest): Promise<LoadResult> {
  const { stdout, stderr, failed } = await runChild(checker, request);
  const lines = stdout.split('\n').flatMap((line) => {
    try {
      return [JSON.parse(line) as { koffi?: KoffiFacts; loads?: boolean }];
    } catch {
      return [];
    }
  });
  const unknown = { state: 'unknown', why: failed ?? 'the process that loads it ended without an answer' } as const;
  const koffi = lines.find((line) => line.koffi)?.koffi ?? unknown;
  if (lines.some(({ loads }) => loads)) return { koffi, load: { value: { loads: true } } };
  if (failed !== undefined) return { koffi, load: { value: undefined, why: failed } };
  return { koffi, load: { value: { loads: false, ...parseLoadError(stderr) } } };
}

interface Ended {
  readonly stdout: string;
  readonly stderr: string;
  readonly failed?: string;
}

function runChild(
  checker: string,
  { node, nodeArgs, script, env, timeoutMs = TIMEOUT_MS }: LoadRequest,
): Promise<Ended> {
  const { NODE_OPTIONS: _options, ...rest } = env;
  const child = spawn(node, [...nodeArgs, checker, script], {
    env: rest,
    stdio: ['ignore', 'pipe', 'pipe'],
    windowsHide: true,
    timeout: timeoutMs,
  });
  const text = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (chunk: string) => {
      if (text[name].length < MOST_OUTPUT) text[name] += chunk;
    });
  return new Promise((resolve) => {
    child.once('error', (error) => {
      resolve({ ...text, failed: `${node} can't be run: ${error.message}` });
    });
    child.once('close', (_code, signal) => {
      resolve(signal ? { ...text, failed: `loading took longer than ${timeoutMs / 1_000} s` } : text);
    });
  });
}

/** Parses what Node prints of an uncaught error: its message, and the file and line that it names. */
export function parseLoadError(stderr: string): Omit<Extract<LoadFacts, { loads: false }>, 'loads'> {
  const text = stripVTControlCharacters(stderr);
  const message =
    /^(?:\w*(?:Error|Exception)(?: \[\w+\])?): .*$/m.exec(text)?.[0] ?? text.trim().split(/\r?\n/)[0] ?? '';
  const [, header, line] = /^((?:file:\/\/|[a-z]:\\|\/).*?):(\d+)\r?$/im.exec(text) ?? [];
  if (header !== undefined && !header.includes('load-check'))
    return { message, file: toPath(header), line: Number(line) };
  const [, wanted = '', importer] =
    /Cannot find (?:module|package) '([^']+)' imported from (.+?)\r?$/m.exec(message) ?? [];
  if (importer !== undefined) {
    const file = toPath(importer);
    return { message, file, line: lineOf(file, wanted), ...missingPackage(message, wanted) };
  }
  const [, required = '', stack] = /Cannot find module '([^']+)'\r?\nRequire stack:\r?\n- (.+?)\r?$/m.exec(text) ?? [];
  if (stack === undefined) return { message };
  const isPackage = !/^(?:\.|\/|[a-z]:)/i.test(required);
  return { message, file: stack, line: lineOf(stack, required), ...(isPackage && { missing: packageOf(required) }) };
}

function missingPackage(message: string, wanted: string): { readonly missing?: string } {
  return message.includes('Cannot find package') ? { missing: packageOf(wanted) } : {};
}

/** `@scope/name/file` → `@scope/name` */
function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

function toPath(text: string): string {
  try {
    return text.startsWith('file:') ? fileURLToPath(text) : text;
  } catch {
    // A URL of another machine, or one that Node cut.
    return text;
  }
}

/** Finds the line of a file that names a module. */
function lineOf(file: string, wanted: string): number | undefined {
  try {
    const lines = readFileSync(file, 'utf8').split('\n');
    const at = lines.findIndex((line) => /\b(?:import|from|require)\b/.test(line) && line.includes(basename(wanted)));
    return at < 0 ? undefined : at + 1;
  } catch {
    return undefined;
  }
}
