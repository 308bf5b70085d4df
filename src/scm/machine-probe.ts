import type { RegistryTree } from './registry-tree.ts';
import type { ServiceFolderRequest, ServiceFolderState } from './service-folders.ts';

/** Checks of the machine that `doctor` makes outside the SCM. A check without a result returns `undefined` and the reason. */
export interface MachineProbe {
  /** Reads the architecture of a program file. */
  architecture(file: string): Promise<Probed<ProgramArchitecture>>;
  /** Lists the ordinary users that may change a file, or the content of a folder: `Everyone`, `Users`; empty: none. */
  writers(path: string): Promise<Probed<readonly string[]>>;
  /** Reads whether the account itself has the right to log on as a service; it may also have it through a group. */
  logonRight(account: string): Promise<Probed<boolean>>;
  /** Reads whether the service is marked for deletion and exists only because a program has a handle to it. */
  deletionMark(service: string): Promise<Probed<boolean>>;
  /** Checks whether the service can write to its folders. */
  folders(request: ServiceFolderRequest): Promise<Probed<readonly ServiceFolderState[]>>;
  /** Reads the registry key `Parameters` of a service; `null`: there is none. */
  parameters(service: string): Promise<Probed<RegistryTree | null>>;
  /** Finds the log that an event source belongs to; `null`: there is no such source. */
  eventSource(source: string): Promise<Probed<string | null>>;
}

export type Probed<T> = { readonly value: T } | { readonly value: undefined; readonly why: string };
/** Architecture of a program, as Node names it; `none`: not a program of Windows. */
export type ProgramArchitecture = 'x64' | 'ia32' | 'arm64' | 'none' | 'other';
