import type { InstalledServiceConfig, ServiceReport } from '../../manager/index.ts';
import type { Probed, ProgramArchitecture } from '../../scm/machine-probe.ts';
import type { ServiceFolderState } from '../../scm/service-folders.ts';
import type { SourceFacts } from './read-sources.ts';

/** Input of every check. It is gathered first, so that the checks are plain functions of it. */
export interface Snapshot {
  /** First words of every command, as the user called the tool. */
  readonly program: string;
  /** `true`: the program has its own service, so that its verbs need no name. */
  readonly bound: boolean;
  /** Another machine, whose files can't be read. */
  readonly machine: string | undefined;
  /** `undefined` for a script that no service runs. */
  readonly service: ServiceFacts | undefined;
  /** Program of the command line. */
  readonly run: RunFacts | undefined;
  readonly port: PortFacts | undefined;
}

export interface ServiceFacts {
  readonly name: string;
  readonly report: ServiceReport;
  /** Time since the last change of a pending status, in milliseconds. `undefined`: the state isn't pending. */
  readonly stillForMs: number | undefined;
  /** `undefined`: the caller may not read it. */
  readonly config: InstalledServiceConfig | undefined;
  readonly markedForDeletion: boolean;
  readonly dependencies: readonly DependencyFacts[];
  /** Right of the account to log on as a service; for a virtual account that of `NT SERVICE\ALL SERVICES`. */
  readonly logonRight: Probed<boolean> | undefined;
  readonly eventSource: Probed<string | null>;
  /** `undefined`: the service has none, such as a driver. */
  readonly folders: Probed<readonly ServiceFolderState[]> | undefined;
  /** Rights on other services, for a program that controls some: a watchdog, an admin. */
  readonly controls: ControlFacts | undefined;
  /** Last error record in the log of the service. */
  readonly lastError: LastError | undefined;
}

/** Rights of the account of a service on the services that it controls. */
export interface ControlFacts {
  /** Entry of winsvc with which it controls them. */
  readonly entry: 'winsvc/watchdog' | 'winsvc/admin';
  /** `true`: the program names these services. `false`: they are all that the account may control. */
  readonly named: boolean;
  readonly services: readonly { readonly name: string; readonly allowed: Probed<boolean> }[];
}

/** Last error that a service has logged. */
export interface LastError {
  readonly time: Date | undefined;
  /** Message of the record with that of the first cause. */
  readonly text: string;
  /** Place in the program where the error was created: `C:\Orders\service.js:12:9`. */
  readonly where: string | undefined;
  /** Path of the log. */
  readonly log: string;
}

export interface DependencyFacts {
  readonly name: string;
  /** `undefined`: the service doesn't exist. */
  readonly startType: string | undefined;
  readonly state: string | undefined;
}

export interface RunFacts {
  /** `true`: the path of the program has a space and no quotes. */
  readonly unquoted: boolean;
  /** `true`: the path of the script has a space and no quotes; it was joined from several arguments. */
  readonly scriptUnquoted: boolean;
  /** `%NAME%` in the command line, which the SCM replaces. */
  readonly variables: readonly string[];
  /** Program, as the command line names it. */
  readonly file: FileFacts;
  readonly architecture: Probed<ProgramArchitecture>;
  /** Script, when the program is Node. */
  readonly script: FileFacts | undefined;
  /** Options of Node, before the script. */
  readonly nodeArgs: readonly string[];
  readonly args: readonly string[];
  readonly koffi: KoffiFacts;
  /** Result of loading the script without running it. */
  readonly load: Probed<LoadFacts>;
  readonly sources: SourceFacts | undefined;
  /** Architecture of the machine, as Node names it. */
  readonly machineArchitecture: string;
}

export interface FileFacts {
  readonly path: string;
  /** Path with all links resolved. */
  readonly real: string;
  readonly absolute: boolean;
  readonly exists: Probed<boolean>;
  /** Ordinary users that may change it, or put files beside it. */
  readonly writers: Probed<readonly string[]>;
}

/** Result of loading koffi with the Node of the service. `unused`: the script doesn't find winsvc. */
export type KoffiFacts =
  | { readonly state: 'ok'; readonly binary: string }
  | { readonly state: 'failed'; readonly binary: string; readonly code?: string; readonly message: string }
  | { readonly state: 'unused' }
  | { readonly state: 'unknown'; readonly why: string };

export type LoadFacts =
  | { readonly loads: true }
  | {
      readonly loads: false;
      readonly message: string;
      readonly file?: string;
      readonly line?: number | undefined;
      /** Name of a package that isn't installed. */
      readonly missing?: string;
    };

export interface PortFacts {
  readonly port: number;
  /** Origin of the number: `PORT=3000` in the environment of the service. */
  readonly from: string;
  /** `reserved`: Windows lets no program have it. */
  readonly state: 'free' | 'taken' | 'reserved';
}
