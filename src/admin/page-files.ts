import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { PageFile } from './context.ts';

const FILES = {
  'index.html': 'text/html',
  'admin-page/app.js': 'text/javascript',
  'admin-page/style.css': 'text/css',
} as const;
/** Beside the entry, below a chunk of the bundle, or in the build of the sources. */
const PLACES = ['./page/', './admin/page/', '../../dist/admin/page/'];

/** Reads the files of the page. @throws the error of the file system when the package is incomplete */
export async function readPageFiles(): Promise<ReadonlyMap<string, PageFile>> {
  let missing: unknown;
  for (const place of PLACES) {
    try {
      return await readFrom(new URL(place, import.meta.url));
    } catch (error) {
      missing = error;
    }
  }
  throw missing;
}

async function readFrom(folder: URL): Promise<ReadonlyMap<string, PageFile>> {
  const entries = await Promise.all(
    Object.entries(FILES).map(async ([name, type]) => {
      const content = await readFile(fileURLToPath(new URL(name, folder)), 'utf8');
      return [name, { type, content }] as const;
    }),
  );
  return new Map(entries);
}
