import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ServiceError } from '../../errors/service-error.ts';
import { SourceCounter, type SourceLimits } from './source-limits.ts';
import { walkFolder } from './walk-folder.ts';

/** The part of a package.json that says which release it is, and what to run. */
export interface ReleaseManifest {
  readonly version?: string;
  readonly bin?: string | Readonly<Record<string, string>>;
  readonly main?: string;
}

/** Content of a folder or an archive that shall become a release. */
export interface SourceContent {
  readonly source: string;
  readonly isArchive: boolean;
  /** Folder that all entries of an archive are in, such as npm pack's `package`; `''`: none. */
  readonly top: string;
  readonly manifest: ReleaseManifest | undefined;
  /** Paths of the files with `/` between the names. */
  readonly files: ReadonlySet<string>;
}

/** Longest package.json that is read, in bytes. */
const MAX_MANIFEST_BYTES = 2 ** 20;

/**
 * Reads what is in a folder or an archive, without writing anything.
 *
 * @throws ServiceError RELEASE_INVALID; the error of the file system, such as ENOENT
 */
export async function inspectSource(
  source: string,
  limits: SourceLimits,
  signal: AbortSignal | undefined,
): Promise<SourceContent> {
  const found = await stat(source).catch((cause: unknown) => {
    throw new ServiceError('RELEASE_INVALID', `There is no folder or archive ${source}: ${(cause as Error).message}`, {
      cause,
    });
  });
  const content = await (found.isDirectory() ? inspectFolder : inspectArchive)(source, limits, signal);
  if (content.files.size === 0) throw new ServiceError('RELEASE_INVALID', `${source} is empty.`);
  return content;
}

async function inspectFolder(
  source: string,
  limits: SourceLimits,
  signal: AbortSignal | undefined,
): Promise<SourceContent> {
  const counter = new SourceCounter(limits);
  const files = new Set<string>();
  for await (const entry of walkFolder(source, signal)) {
    counter.add(entry.kind === 'file' ? entry.size : 0);
    if (entry.kind !== 'folder') files.add(entry.path.replaceAll('\\', '/'));
  }
  const text = files.has('package.json') ? await readFile(join(source, 'package.json'), 'utf8') : undefined;
  return { source, isArchive: false, top: '', files, manifest: parseManifest(source, text) };
}

async function inspectArchive(
  source: string,
  limits: SourceLimits,
  signal: AbortSignal | undefined,
): Promise<SourceContent> {
  const paths: string[] = [];
  const manifests = new Map<string, string>();
  const { readArchive } = await import('./read-archive.ts');
  await readArchive(source, new SourceCounter(limits), signal, async ({ names, content }) => {
    const path = names.join('/');
    paths.push(path);
    const chunks: Buffer[] = [];
    let bytes = 0;
    // Only that of the archive itself and of its one folder.
    const isManifest = names.length <= 2 && names.at(-1) === 'package.json';
    for await (const chunk of content) {
      bytes += chunk.length;
      if (isManifest && bytes <= MAX_MANIFEST_BYTES) chunks.push(chunk);
    }
    if (isManifest) manifests.set(path, Buffer.concat(chunks).toString('utf8'));
  });
  const top = topFolder(paths);
  const files = new Set(paths.map((path) => path.slice(top === '' ? 0 : top.length + 1)));
  const text = manifests.get(top === '' ? 'package.json' : `${top}/package.json`);
  return { source, isArchive: true, top, files, manifest: parseManifest(source, text) };
}

/** npm pack puts everything into `package`, GitHub into `<repository>-<tag>`. */
function topFolder(paths: readonly string[]): string {
  const [first] = paths;
  const at = first?.indexOf('/') ?? -1;
  if (first === undefined || at < 0) return '';
  const top = first.slice(0, at);
  return paths.every((path) => path.startsWith(`${top}/`)) ? top : '';
}

function parseManifest(source: string, text: string | undefined): ReleaseManifest | undefined {
  if (text === undefined) return undefined;
  try {
    const value = JSON.parse(text.replace(/^\uFEFF/, '')) as Record<string, unknown>;
    const { version, bin, main } = value;
    return {
      ...(typeof version === 'string' ? { version } : {}),
      ...(typeof main === 'string' ? { main } : {}),
      ...(typeof bin === 'string' || (typeof bin === 'object' && bin !== null) ? { bin: bin as string } : {}),
    };
  } catch (cause) {
    throw new ServiceError(
      'RELEASE_INVALID',
      `The package.json of ${source} can't be read: ${(cause as Error).message}`,
      {
        cause,
      },
    );
  }
}
