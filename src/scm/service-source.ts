/** The event sources of this machine, as far as a service needs one: without it Event Viewer can't show what it logs. */
export interface ServiceSources {
  /** The source of this name; `undefined`: there is none. */
  find(source: string): Promise<FoundSource | undefined>;
  /** Makes it, with the messages that come with winsvc. Needs an administrator. @throws ServiceError EVENT_SOURCE_TAKEN; Win32Error */
  install(source: string, log: string): Promise<void>;
  /** @throws Win32Error */
  remove(source: string, log: string): Promise<void>;
}

export interface FoundSource {
  readonly log: string;
  /** Its messages are those of winsvc: it was made by us, for a program that has none of its own. */
  readonly ours: boolean;
  /** `false`: they are those of another copy of winsvc, which may be gone. */
  readonly upToDate: boolean;
}
