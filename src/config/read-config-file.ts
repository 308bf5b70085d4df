import { readFile } from 'node:fs/promises';
import { basename, dirname, extname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { optionalPackage } from '../errors/optional-package.ts';
import { toError } from '../util/to-error.ts';
import { fileLayer } from './file-layer.ts';
import type { Layer } from './layer.ts';
import type { ConfigFile, LoadConfigOptions } from './options.ts';
import { parseJson } from './parse-json.ts';
import { parseYaml } from './parse-yaml.ts';

/** A `file` option with its path made absolute. */
export interface FileSpec {
  readonly path: string;
  readonly optional: boolean;
  readonly format: 'json' | 'yaml';
}

const NOTHING: Layer = { value: undefined, origins: new Map(), problems: [] };

export function fileSpec(file: LoadConfigOptions['file']): FileSpec | undefined {
  if (file === undefined) return undefined;
  const given: ConfigFile = typeof file === 'string' || file instanceof URL ? { path: file } : file;
  const path =
    given.path instanceof URL ? fileURLToPath(given.path) : resolve(dirname(process.argv[1] ?? ''), given.path);
  const isYaml = /^\.ya?ml$/i.test(extname(path));
  return { path, optional: given.optional ?? false, format: given.format ?? (isYaml ? 'yaml' : 'json') };
}

/** Reads and parses the file; what is wrong with it is data. @throws ServiceError PACKAGE_MISSING for YAML without `yaml`. */
export async function readConfigFile(
  file: FileSpec,
  variables: Readonly<Record<string, string | undefined>>,
): Promise<Layer> {
  const yaml =
    file.format === 'yaml' ? await optionalPackage('yaml', 'A YAML configuration', () => import('yaml')) : undefined;
  let content: string;
  try {
    content = (await readFile(file.path, 'utf8')).replace(/^\uFEFF/, '');
  } catch (thrown) {
    const error = toError(thrown) as NodeJS.ErrnoException;
    if (error.code === 'ENOENT' && file.optional) return NOTHING;
    const why = error.code === 'ENOENT' ? 'there is no such file' : error.message;
    const source = { from: 'file', file: file.path, line: undefined } as const;
    return { ...NOTHING, problems: [{ path: '', message: `cannot be read: ${why}`, source }] };
  }
  const parsed = yaml ? parseYaml(yaml, content) : parseJson(content);
  return fileLayer(basename(file.path), parsed, variables);
}
