import { ServiceError } from '../../errors/service-error.ts';
import type { EventLogService, EventLogTarget, EventRecord } from '../../scm/event-log.ts';
import { win32Code } from '../../errors/win32-codes.ts';
import { Win32Error } from '../../errors/win32-error.ts';
import type { ServiceSources } from '../../scm/service-source.ts';
import type { Faults } from '../scm/faults.ts';
import { turn } from '../time/manual-clock.ts';

/** Record in the mocked event log, with the source that wrote it. */
export interface MockEventRecord {
  /** Source that wrote it. */
  readonly source: string;
  /** Severity of the event. */
  readonly severity: 'success' | 'info' | 'warn' | 'error' | 'auditSuccess' | 'auditFailure';
  /** Identifier of the event. Its lower 16 bits are the number that Event Viewer shows. */
  readonly eventId: number;
  /** Category; 0: none. */
  readonly category: number;
  /** Values for `%1`, `%2` and so on in the message. */
  readonly strings: readonly string[];
  /** Binary data; `undefined`: none. */
  readonly data: Uint8Array | undefined;
  /** Security identifier of the user; `undefined`: none. */
  readonly user: string | undefined;
}

/** Event log in memory. Every source is installed, except those that `uninstall` removed. */
export class MockEventLog {
  /** Records in the order in which they were written. */
  readonly records: MockEventRecord[] = [];
  readonly #faults: Faults;
  readonly #missing = new Set<string>();
  /** Sources that the manager installed, with their logs. */
  readonly #made = new Map<string, string>();

  /** @internal */
  constructor(faults: Faults) {
    this.#faults = faults;
  }

  /** Removes a source: writing to it fails with EVENT_SOURCE_MISSING. */
  uninstall(source: string): void {
    this.#missing.add(source.toLowerCase());
  }

  /** Installs a source again. */
  install(source: string): void {
    this.#missing.delete(source.toLowerCase());
  }

  /** Sources as the manager sees them: only those that it installed exist. @internal */
  sources(elevated: () => boolean): ServiceSources {
    const check = (api: 'RegCreateKeyExW' | 'RegDeleteKeyExW', action: string, source: string): void => {
      this.#faults.check(api, action, source);
      if (elevated()) return;
      throw new Win32Error({ api, win32Code: win32Code('ERROR_ACCESS_DENIED'), action, service: source });
    };
    return {
      find: (source) => {
        const log = this.#made.get(source.toLowerCase());
        return Promise.resolve(log === undefined ? undefined : { log, ours: true, upToDate: true });
      },
      install: async (source, log) => {
        await turn();
        check('RegCreateKeyExW', `install the event source "${source}"`, source);
        this.#made.set(source.toLowerCase(), log);
        this.install(source);
      },
      remove: async (source) => {
        await turn();
        check('RegDeleteKeyExW', `remove the event source "${source}"`, source);
        this.#made.delete(source.toLowerCase());
        this.uninstall(source);
      },
    };
  }

  /** Event log as a process sees it: a process that has ended writes nothing. @internal */
  seenBy(process: { readonly gone: boolean }): EventLogService {
    return {
      open: (target) => {
        const { report, close } = this.open(target);
        return {
          report(record) {
            if (!process.gone) report(record);
          },
          close,
        };
      },
      openRemote: (target) => this.openRemote(target),
    };
  }

  /** @internal */
  open({ source }: EventLogTarget) {
    this.#faults.check('RegisterEventSourceW', `open the event source "${source}"`, source);
    if (this.#missing.has(source.toLowerCase())) {
      throw new ServiceError('EVENT_SOURCE_MISSING', `The event source "${source}" is not installed in this mock.`, {
        details: { source },
      });
    }
    return {
      report: (record: EventRecord): void => {
        this.#faults.check('ReportEventW', `write an event of the source "${source}"`, source);
        this.records.push({ ...record, source });
      },
      close: (): void => undefined,
    };
  }

  /** @internal */
  openRemote(target: EventLogTarget) {
    const { report, close } = this.open(target);
    return Promise.resolve({
      report: (record: EventRecord) => {
        report(record);
        return Promise.resolve();
      },
      close,
    });
  }
}
