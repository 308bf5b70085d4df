/** Service, and the accounts that need access to its folders. */
export interface ServiceFolderRequest {
  /** Name of the service. */
  readonly service: string;
  /** The account that the service runs as. Default: LocalSystem. */
  readonly account?: string | undefined;
  /** `true`: the token of the service is write-restricted (`sidType: 'restricted'`). Default `false`. */
  readonly restricted?: boolean | undefined;
  /** The account before a change: folders that it owns are taken over, and it loses its access to the default ones. */
  readonly previousAccount?: string | undefined;
  /** Folders beside the default ones: `logging.dir`, `crashReport.dir`. Absolute. */
  readonly folders?: readonly string[] | undefined;
}

/** One folder of a service. */
export interface ServiceFolderState {
  readonly path: string;
  /**
   * `missing`: created when it is needed. `writable`: the service can write there. `notWritable`: its account has no right
   * to, for example after a change of the account. `refused`: a link, or created by another user.
   */
  readonly state: 'missing' | 'writable' | 'notWritable' | 'refused';
  /** The reason for `refused`, with the next step. */
  readonly reason: string | undefined;
}

/** The folders of a service on this machine: its logs and crash reports. */
export interface ServiceFolders {
  /**
   * Creates the folders, and gives the service and its account access to them and to their content. Entries that a
   * folder has already stay. Called at install, and when the account changes. Needs an administrator. Returns the folders.
   *
   * @throws ServiceError FOLDER_REFUSED for a link, or a folder that another user owns; Win32Error
   */
  prepare(request: ServiceFolderRequest): Promise<readonly string[]>;
  /** Checks whether the service can write to its folders. Changes nothing. @throws Win32Error */
  check(request: ServiceFolderRequest): Promise<readonly ServiceFolderState[]>;
}

/** Lists the folders that a definition names itself: `logging.dir` and `crashReport.dir`. */
export function namedFolders(definition: {
  readonly logging?: { readonly dir?: string } | false | undefined;
  readonly crashReport?: { readonly dir: string | undefined } | false | undefined;
}): readonly string[] {
  const { logging, crashReport } = definition;
  return [logging && logging.dir, crashReport && crashReport.dir].filter((dir) => typeof dir === 'string');
}
