/** What `doctor` asks the machine beside the SCM. What can't be found out is `undefined` with the reason. */
export interface MachineProbe {
  /** What the program file is for. */
  architecture(file: string): Promise<Probed<ProgramArchitecture>>;
  /** The ordinary users that may change a file or what is in a folder: `Everyone`, `Users`; empty: none. */
  writers(path: string): Promise<Probed<readonly string[]>>;
  /** Whether the account itself has the right to log on as a service; it may also have it through a group. */
  logonRight(account: string): Promise<Probed<boolean>>;
  /** Whether the service is deleted and only lives on because somebody has a handle to it. */
  deletionMark(service: string): Promise<Probed<boolean>>;
  /** The log that an event source belongs to, `null`: there is no such source. */
  eventSource(source: string): Promise<Probed<string | null>>;
}

export type Probed<T> = { readonly value: T } | { readonly value: undefined; readonly why: string };
/** `none`: not a program of Windows. The others as Node names them. */
export type ProgramArchitecture = 'x64' | 'ia32' | 'arm64' | 'none' | 'other';
