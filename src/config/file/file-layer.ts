import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, extname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { formatMs } from '../../util/duration.ts';
import { MAX_TEXT_BYTES, TOO_LONG } from '../../util/structured-text/bounds.ts';
import { decodeText } from '../../util/structured-text/decode-text.ts';
import { toError } from '../../util/to-error.ts';
import type { ConfigLayer, ConfigSource, Layer } from '../layers/layer.ts';
import { textToLayer } from '../layers/text-layer.ts';
import type { ConfigFile, LoadConfigOptions } from '../options.ts';
import { readServiceSecrets } from '../secrets/service-secrets.ts';
import { parserFor } from './parser-for.ts';
import { watchFile } from './watch-file.ts';

/** A `file` option with its path made absolute. */
export interface FileSpec {
  readonly path: string;
  readonly optional: boolean;
  readonly format: 'json' | 'yaml';
}

/** A file that takes longer is not readable: a FIFO that nothing writes into, a share that hangs. */
const READ_TIMEOUT_MS = 10_000;
const NOTHING: Layer = { value: undefined, origins: new Map(), problems: [] };
type Variables = Readonly<Record<string, string | undefined>>;

/** Resolves a `file` option. A relative path begins at the folder of the program. */
export function fileSpec(file: LoadConfigOptions['file']): FileSpec | undefined {
  if (file === undefined) return undefined;
  const given: ConfigFile = typeof file === 'string' || file instanceof URL ? { path: file } : file;
  const path =
    given.path instanceof URL ? fileURLToPath(given.path) : resolve(dirname(process.argv[1] ?? ''), given.path);
  const isYaml = /^\.ya?ml$/i.test(extname(path));
  return { path, optional: given.optional ?? false, format: given.format ?? (isYaml ? 'yaml' : 'json') };
}

/**
 * The layer of a configuration file. A file that is empty or gone when it is read again is a problem: editors and
 * deployments empty a file before they write it, and an empty configuration would be accepted.
 */
export function createFileLayer(
  file: FileSpec,
  variables: Variables,
  watching: { readonly debounceMs: number; readonly pollMs: number | undefined },
  service?: string,
): ConfigLayer {
  const source: ConfigSource & { from: 'file' } = { from: 'file', file: basename(file.path), line: undefined };
  const problem = (message: string): Layer => ({ ...NOTHING, problems: [{ path: '', message, source }] });
  let hadContent = false;

  return {
    name: source.file,
    async read(): Promise<Layer> {
      const parse = await parserFor(file.format, 'A YAML configuration');
      let bytes: Buffer;
      try {
        bytes = await readBounded(file.path);
      } catch (thrown) {
        const error = toError(thrown) as NodeJS.ErrnoException;
        if (error.code !== 'ENOENT') return problem(`cannot be read: ${error.message}`);
        if (hadContent) return problem('cannot be read: the file is gone');
        return file.optional ? NOTHING : problem('cannot be read: there is no such file');
      }
      const decoded = decodeText(bytes);
      if ('problem' in decoded) return problem(decoded.problem);
      if (decoded.encoding !== 'UTF-8') return problem(`is ${decoded.encoding}: save it as UTF-8`);
      const parsed = parse(decoded.text);
      const isEmpty = parsed.positions.length === 0 && decoded.text.trim() === '';
      if (isEmpty && hadContent) return problem('is empty now');
      return {
        ...textToLayer(source, parsed, variables, await readServiceSecrets(parsed.value, service)),
        accepted() {
          hadContent = !isEmpty;
        },
      };
    },
    watch: (changed, { clock }) => watchFile(file.path, changed, { ...watching, clock }),
  };
}

async function readBounded(path: string): Promise<Buffer> {
  const facts = await stat(path);
  if (!facts.isFile()) throw new Error('it is not a file');
  if (facts.size > MAX_TEXT_BYTES) throw new Error(`it ${TOO_LONG}`);
  const late = AbortSignal.timeout(READ_TIMEOUT_MS);
  try {
    return await readFile(path, { signal: late });
  } catch (error) {
    throw late.aborted ? new Error(`it could not be read within ${formatMs(READ_TIMEOUT_MS)}`) : error;
  }
}
