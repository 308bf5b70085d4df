/** Facts about a program inside one exe, which `winsvc pack --sea` writes into it as the asset {@link ABOUT}. */
export interface AboutProgram {
  /** Name of the service. */
  readonly name: string;
  /** Asset with the program: `app.cjs` or `app.mjs`. */
  readonly bundle: string;
  /**
   * `verbs`: the program calls `runCli`, so it has the verbs itself. `service`: it defines a service, and the exe adds the
   * verbs. `hosted`: it knows nothing of services.
   */
  readonly kind: 'verbs' | 'service' | 'hosted';
  /** SHA-256 of each file that has to be on disk, in hexadecimal. */
  readonly files: Readonly<Record<string, string>>;
}

/** Name of the asset. */
export const ABOUT = 'winsvc.json';
/** Asset with the code that makes the embedded files known in a thread. */
export const FILES = 'sea-files.cjs';
/** Asset that hosts a program. */
export const HOSTED = 'hosted.cjs';
/** Asset with the verbs, for a program without verbs of its own. */
export const VERBS = 'verbs.cjs';
/** Name of koffi's binary, inside the exe and on disk. */
export const KOFFI = 'koffi.node';
