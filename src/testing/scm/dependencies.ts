import { ServiceError } from '../../errors/service-error.ts';
import { win32Code } from '../../errors/win32-codes.ts';
import type { MockServiceRun } from '../host/mock-run.ts';
import type { ServiceDatabase } from './service-database.ts';
import { dependentsOf, membersOf, type ServiceRecord } from './service-record.ts';
import { startError } from './start-error.ts';

/** Processes of services, as dependencies need them. */
interface Processes {
  live(name: string): MockServiceRun | undefined;
  /** Starts a service after the services that it depends on. */
  launch(name: string): Promise<MockServiceRun>;
}

/**
 * Dependencies of services: which must run before a service starts, and which must stop before it does.
 *
 * Source: https://learn.microsoft.com/windows/win32/api/winsvc/nf-winsvc-createservicew (lpDependencies)
 */
export class Dependencies {
  readonly #database: ServiceDatabase;
  readonly #processes: Processes;

  constructor(database: ServiceDatabase, processes: Processes) {
    this.#database = database;
    this.#processes = processes;
  }

  /** Returns whether a dependency is met: a service must run, of a group one member. */
  areMet(record: ServiceRecord): boolean {
    return this.#of(record).every(({ members }) => members.some(({ name }) => this.#isRunning(name)));
  }

  /** Returns whether services that depend on it run. */
  isNeeded(name: string): boolean {
    const { records } = this.#database;
    const record = this.#database.find(name);
    return record !== undefined && dependentsOf(records, record).some((it) => this.#processes.live(it.name));
  }

  /** Starts the services that a service depends on. @throws Win32Error 1075 when one is missing, 1068 when one fails. */
  async start(name: string): Promise<void> {
    const record = this.#database.find(name);
    // A service that can't start starts no others.
    if (!record || record.marked || record.config.startType === 'disabled') return;
    for (const { members, isGroup } of this.#of(record)) {
      if (members.length === 0 && !isGroup) throw startError(name, win32Code('ERROR_SERVICE_DEPENDENCY_DELETED'));
      for (const member of members) await this.#startOne(name, member, isGroup);
    }
  }

  async #startOne(name: string, member: ServiceRecord, isGroup: boolean): Promise<void> {
    if (this.#isRunning(member.name)) return;
    if (member.marked && !isGroup) throw startError(name, win32Code('ERROR_SERVICE_DEPENDENCY_DELETED'));
    try {
      const run = this.#processes.live(member.name) ?? (await this.#processes.launch(member.name));
      await run.waitFor('running');
    } catch (cause) {
      if (cause instanceof ServiceError && cause.code === 'MOCK_MISUSE') throw cause;
      // One member of a group is enough.
      if (!isGroup) throw Object.assign(startError(name, win32Code('ERROR_SERVICE_DEPENDENCY_FAIL')), { cause });
    }
  }

  #of({ config }: ServiceRecord): { members: ServiceRecord[]; isGroup: boolean }[] {
    return config.dependencies.map((dependency) => ({
      members: membersOf(this.#database.records, dependency),
      isGroup: dependency.startsWith('+'),
    }));
  }

  #isRunning(name: string): boolean {
    return this.#processes.live(name)?.state === 'running';
  }
}
