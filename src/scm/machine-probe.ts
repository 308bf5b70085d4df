/** Questions of `doctor` to the machine beside the SCM. An answer that can't be found is `undefined`, with the reason. */
export interface MachineProbe {
  /** Reads the architecture of a program file. */
  architecture(file: string): Promise<Probed<ProgramArchitecture>>;
  /** The ordinary users that may change a file or what is in a folder: `Everyone`, `Users`; empty: none. */
  writers(path: string): Promise<Probed<readonly string[]>>;
  /** Reads whether the account itself has the right to log on as a service; it may also have it through a group. */
  logonRight(account: string): Promise<Probed<boolean>>;
  /** Reads whether the service is deleted and lives on only because a program has a handle to it. */
  deletionMark(service: string): Promise<Probed<boolean>>;
  /** The log that an event source belongs to, `null`: there is no such source. */
  eventSource(source: string): Promise<Probed<string | null>>;
}

export type Probed<T> = { readonly value: T } | { readonly value: undefined; readonly why: string };
/** `none`: not a program of Windows. The others as Node names them. */
export type ProgramArchitecture = 'x64' | 'ia32' | 'arm64' | 'none' | 'other';
