import { ServiceError } from '../../errors/service-error.ts';
import type { EventLogService, EventLogTarget, EventRecord } from '../../scm/event-log.ts';
import { win32Code } from '../../errors/win32-codes.ts';
import { Win32Error } from '../../errors/win32-error.ts';
import type { ServiceSources } from '../../scm/service-source.ts';
import type { Faults } from '../scm/faults.ts';
import { turn } from '../time/manual-clock.ts';

/** A record that reached the mocked event log, and the source that wrote it. */
export interface MockEventRecord extends EventRecord {
  readonly source: string;
}

/** An event log in memory. Every source is installed in it, but those that `uninstall` was called for. */
export class MockEventLog {
  /** What was written, in order. */
  readonly records: MockEventRecord[] = [];
  readonly #faults: Faults;
  readonly #missing = new Set<string>();
  /** Those that the manager installed, with their logs. */
  readonly #made = new Map<string, string>();

  /** @internal */
  constructor(faults: Faults) {
    this.#faults = faults;
  }

  /** Makes a source one that isn't installed. */
  uninstall(source: string): void {
    this.#missing.add(source.toLowerCase());
  }

  /** Installs a source again. */
  install(source: string): void {
    this.#missing.delete(source.toLowerCase());
  }

  /** The sources as the manager sees them: those that it installed are there. @internal */
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

  /** The event log as a process sees it: one that is gone writes nothing any more. @internal */
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
