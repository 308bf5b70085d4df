/** Event source of a service. Without one, Event Viewer can't show the text of its events. */
export interface ServiceSources {
  /** Finds the source of this name; `undefined`: there is none. */
  find(source: string): Promise<FoundSource | undefined>;
  /** Creates it, with the message file of winsvc. Needs an administrator. @throws ServiceError EVENT_SOURCE_TAKEN; Win32Error */
  install(source: string, log: string): Promise<void>;
  /** @throws Win32Error */
  remove(source: string, log: string): Promise<void>;
}

export interface FoundSource {
  readonly log: string;
  /** `true`: it uses the message file of winsvc, so winsvc created it. */
  readonly ours: boolean;
  /** `false`: the message file belongs to another copy of winsvc, which may be deleted. */
  readonly upToDate: boolean;
}
