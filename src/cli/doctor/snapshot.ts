import type { InstalledServiceConfig, ServiceReport } from '../../manager/index.ts';
import type { Probed, ProgramArchitecture } from '../../scm/machine-probe.ts';

/** All that the checks look at. It is gathered first, so that the checks are plain functions of it. */
export interface Snapshot {
  /** How the tool is called, for the commands that repair. */
  readonly program: string;
  /** The verbs need no name of a service: the program has one of its own. */
  readonly bound: boolean;
  /** Another machine: its files can't be looked at. */
  readonly machine: string | undefined;
  /** `undefined` when a script is looked at that no service runs. */
  readonly service: ServiceFacts | undefined;
  /** What is, or would be, run. */
  readonly run: RunFacts | undefined;
  readonly port: PortFacts | undefined;
}

export interface ServiceFacts {
  readonly name: string;
  readonly report: ServiceReport;
  /** How long the status had stood still when the look ended, while it was on its way to another state. */
  readonly stillForMs: number | undefined;
  /** `undefined`: the caller may not read it. */
  readonly config: InstalledServiceConfig | undefined;
  readonly markedForDeletion: boolean;
  readonly dependencies: readonly DependencyFacts[];
  readonly logonRight: Probed<boolean> | undefined;
  readonly eventSource: Probed<string | null>;
}

export interface DependencyFacts {
  readonly name: string;
  /** `undefined`: there is no such service. */
  readonly startType: string | undefined;
  readonly state: string | undefined;
}

export interface RunFacts {
  readonly unquoted: boolean;
  /** The program, as the command line names it. */
  readonly file: FileFacts;
  readonly architecture: Probed<ProgramArchitecture>;
  /** The script, when the program is Node. */
  readonly script: FileFacts | undefined;
  /** Options of Node, before the script. */
  readonly nodeArgs: readonly string[];
  readonly args: readonly string[];
  readonly koffi: KoffiFacts;
  /** The architecture of the machine, as Node names it. */
  readonly machineArchitecture: string;
}

export interface FileFacts {
  readonly path: string;
  readonly absolute: boolean;
  readonly exists: Probed<boolean>;
  /** Who may change it, or put files beside it. */
  readonly writers: Probed<readonly string[]>;
}

/** Whether the FFI library loads where the script looks for it. */
export type KoffiFacts =
  | { readonly state: 'ok' | 'missing' | 'noBinary'; readonly folder: string; readonly wanted: string }
  | { readonly state: 'unknown'; readonly why: string };

export interface PortFacts {
  readonly port: number;
  /** Where the number comes from: `PORT=3000 in the environment of the service`. */
  readonly from: string;
  readonly taken: boolean;
}
