/** Processors that winsvc has a binary for. */
export const PACK_ARCHITECTURES = ['x64', 'arm64', 'ia32'] as const;

/** File that marks a folder as written by `winsvc pack`, so that it may be replaced. */
export const MARK = 'winsvc-pack.json';

/** Options of {@link packProgram}. */
export interface PackOptions {
  /** Script of the program: its main file, a `.js`, `.mjs`, `.cjs` or `.ts`. */
  readonly entry: string;
  /** Folder to write. It must be missing, empty, or an earlier result. */
  readonly out: string;
  /** Name of the service. */
  readonly name: string;
  /** `node.exe` of the target, which is copied. */
  readonly node: string;
  /** Processor of that `node.exe`. */
  readonly arch: (typeof PACK_ARCHITECTURES)[number];
  /** Folder of this winsvc. */
  readonly packageDir: string;
  /** Packages that stay outside of the bundle: they are copied with what they depend on. Default: none. */
  readonly external?: readonly string[] | undefined;
  /** Files and folders to copy, relative to the folder of the entry. Default: none. */
  readonly assets?: readonly string[] | undefined;
  /** `true`: the bundle is minified; stacks then name other functions. Default `false`. */
  readonly minify?: boolean | undefined;
  /** `true`: one exe instead of a folder; needs Node 22 or later. Default `false`. */
  readonly sea?: boolean | undefined;
  /** With `sea`: a Node.js of the same version that runs on this system. Default: `node`, which is right on Windows. */
  readonly seaNode?: string | undefined;
  /** `true`: writes a WiX source file for an MSI too. Default `false`. */
  readonly wix?: boolean | undefined;
}

/** Folder that was written. */
export interface Packed {
  /** Its path. */
  readonly out: string;
  /** File of the bundle, relative to the folder; with `sea` it is inside the exe. */
  readonly bundle: string;
  /** The one exe, relative to the folder; with `sea`. */
  readonly exe?: string;
  /** `true`: the program has the verbs itself (`runCli`), so that it installs itself. */
  readonly installsItself: boolean;
  /** Files, relative to the folder, with their size in bytes. */
  readonly files: readonly { readonly path: string; readonly bytes: number }[];
  /** Warnings of the bundler about the files of the program. */
  readonly warnings: readonly string[];
}
