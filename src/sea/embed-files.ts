import { dirname, join } from 'node:path';
import { type EmbeddedFiles, setEmbeddedFiles } from '../util/embedded-files.ts';
import { ABOUT, type AboutProgram, FILES } from './about.ts';
import { extractFile } from './extract.ts';
import { createModule, runModule } from './load-text.ts';

/** Makes the files inside the exe known in this thread. */
export function embedFiles(): EmbeddedFiles & { readonly about: AboutProgram } {
  const { getAsset, getRawAsset } = process.getBuiltinModule('node:sea');
  const text = (name: string): string => getAsset(name, 'utf8');
  const about = JSON.parse(text(ABOUT)) as AboutProgram;
  const folder = dirname(process.execPath);
  const loaded = new Map<string, unknown>();
  const paths = new Map<string, string>();
  const files: EmbeddedFiles = {
    folder,
    isHosted: about.kind === 'hosted',
    text,
    // In a function: each file declares names of its own.
    threadSource: (name) => `(() => {${text(FILES)}\n})();\n${text(name)}`,
    load(name) {
      if (!loaded.has(name)) loaded.set(name, runModule(createModule(join(folder, name)), text(name)));
      return loaded.get(name);
    },
    extract(name) {
      const sha256 = about.files[name];
      if (sha256 === undefined) return undefined;
      const file = { name, sha256, read: () => new Uint8Array(getRawAsset(name) as ArrayBuffer) };
      const path = paths.get(name) ?? extractFile(file, process.env['ProgramFiles'], folder);
      paths.set(name, path);
      return path;
    },
  };
  setEmbeddedFiles(files);
  return { ...files, about };
}
