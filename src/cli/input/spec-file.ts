import { readFile } from 'node:fs/promises';
import { dirname, extname, resolve } from 'node:path';
import { isObject } from '../../errors/check-options.ts';
import { optionalPackage } from '../../errors/optional-package.ts';
import type { ServiceSpec } from '../../manager/index.ts';
import { decodeText } from '../../util/structured-text/decode-text.ts';
import { parseJson } from '../../util/structured-text/parse-json.ts';
import { parseYaml } from '../../util/structured-text/parse-yaml.ts';
import { UsageError } from './usage-error.ts';

export function isSpecFile(path: string): boolean {
  return /^\.(?:json|ya?ml)$/i.test(extname(path));
}

/** Reads a spec from a JSON or YAML file. Relative paths of its program begin at the folder of the file. */
export async function readSpecFile(path: string): Promise<ServiceSpec> {
  const value = await parse(path, await read(path));
  if (!isObject(value)) throw new UsageError(`${path} must hold a service as an object.`);
  if ('password' in value)
    throw new UsageError(
      `${path} has a password in it: take it out. Give it with --password-stdin, as WINSVC_PASSWORD, or when asked.`,
    );
  const { $schema: _, program, triggers, ...rest } = value;
  return {
    ...rest,
    ...(program === undefined ? {} : { program: isObject(program) ? withPaths(program, dirname(path)) : program }),
    ...(triggers === undefined ? {} : { triggers: Array.isArray(triggers) ? triggers.map(withData) : triggers }),
  } as unknown as ServiceSpec;
}

async function read(path: string): Promise<string> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    throw new UsageError(`Cannot read ${path}: ${(error as Error).message}`);
  }
  const decoded = decodeText(bytes);
  if ('problem' in decoded) throw new UsageError(`${path} ${decoded.problem}.`);
  return decoded.text;
}

/** Parses a spec. Messages don't quote the file: it may hold a password. */
async function parse(path: string, text: string): Promise<unknown> {
  const { value, problems } =
    extname(path).toLowerCase() === '.json'
      ? parseJson(text)
      : parseYaml(await optionalPackage('yaml', 'A spec in YAML', () => import('yaml')), text);
  if (problems.length === 0) return value;
  const lines = problems.map(
    ({ line, column, path: at, message }) => `  - ${line}:${column} ${[...at, message].join(' ')}`,
  );
  throw new UsageError(`${path} cannot be read:\n${lines.join('\n')}`);
}

function withPaths(program: Record<string, unknown>, folder: string): Record<string, unknown> {
  const { file, script } = program;
  return {
    ...program,
    ...(typeof script === 'string' ? { script: resolve(folder, script) } : {}),
    ...(typeof file === 'string' ? { file: resolve(folder, file) } : {}),
  };
}

/** JSON has neither bytes nor large numbers: they are written as texts, hexadecimal digits and decimal ones. */
function withData(trigger: unknown): unknown {
  if (!isObject(trigger) || !Array.isArray(trigger['data'])) return trigger;
  return { ...trigger, data: trigger['data'].map(dataItem) };
}

function dataItem(item: unknown): unknown {
  if (!isObject(item)) return item;
  const { type, value } = item;
  if (type === 'binary' && typeof value === 'string') return { type, value: new Uint8Array(Buffer.from(value, 'hex')) };
  if (typeof type === 'string' && type.startsWith('keyword') && /^\d+$/.test(String(value)))
    return { type, value: BigInt(String(value)) };
  return item;
}
