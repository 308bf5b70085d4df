import type { EventEntry, ReadEventsOptions } from '../eventlog/index.ts';
import type { ServiceManager } from '../manager/index.ts';
import type { Clock } from '../util/clock.ts';
import type { LogLine, ReadLogsOptions } from '../logging/index.ts';
import type { AuditRecord } from './api/schemas/records.ts';
import type { OpenApiDocument } from './api/openapi-document.ts';
import type { AuditLog } from './audit/audit-log.ts';
import type { EventHub } from './events/event-hub.ts';
import type { Incidents } from './events/incidents.ts';
import type { AdminLog, AdminMetricsSource, AdminOptions } from './options/admin-options.ts';
import type { IdempotencyKeys } from './operations/idempotency.ts';
import type { Operations } from './operations/operations.ts';
import type { Credentials } from './security/authenticate.ts';
import type { Principal } from './security/principal.ts';
import type { RateLimits } from './security/rate-limits.ts';
import type { WritableCheck } from './security/writable.ts';
import type { Streams } from './server/streams.ts';
import type { ServiceNames } from './service-names.ts';

/** Parts of the system that the admin uses; a test brings its own. */
export interface AdminAdapters {
  readonly clock: Clock;
  /** Version of winsvc. */
  readonly version: string;
  /** Process of this server: its service can't be stopped from here. */
  readonly pid: number;
  readonly findLogDir: (service: string) => string;
  readonly readLogs: (options: ReadLogsOptions) => AsyncIterable<LogLine>;
  /** `undefined` where there is no event log. */
  readonly readEvents: ((options: ReadEventsOptions) => AsyncIterable<EventEntry>) | undefined;
  /** CPU time and memory of a process; `undefined` where the system doesn't report it. */
  readonly processUsage: ((pid: number) => Promise<ProcessUsage | undefined>) | undefined;
  readonly folders: AdminFolders;
  /** Files of the page by name; `undefined`: without a page. */
  readonly page: ReadonlyMap<string, PageFile> | undefined;
}

/** Folders with tokens and the audit log. */
export interface AdminFolders {
  /**
   * Makes a folder that only this account, SYSTEM and administrators can read and write, where it is missing.
   *
   * @throws ServiceError FOLDER_REFUSED for a link, and for a folder of another user
   */
  make(path: string): Promise<void>;
  /** Lists the groups of ordinary users that may change a folder, or what is in it. */
  writers(path: string): Promise<readonly string[]>;
}

/** CPU time and memory of a process. */
export interface ProcessUsage {
  readonly cpuSeconds: number;
  readonly memoryBytes: number;
  readonly startedAt: Date;
}

/** A file of the page. */
export interface PageFile {
  readonly type: string;
  readonly content: string;
}

/** Everything that the handlers of the routes work with. */
export interface AdminContext {
  readonly options: AdminOptions;
  readonly adapters: AdminAdapters;
  /** Made at the first call. */
  readonly openapi: () => OpenApiDocument;
  readonly manager: ServiceManager;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly startedAt: number;
  readonly log: AdminLog;
  readonly hosts: ReadonlySet<string>;
  readonly credentials: Credentials;
  readonly rates: RateLimits;
  readonly isWritable: WritableCheck;
  readonly names: ServiceNames;
  readonly operations: Operations;
  readonly keys: IdempotencyKeys;
  readonly hub: EventHub;
  readonly streams: Streams;
  readonly incidents: Incidents | undefined;
  readonly metrics: AdminMetricsSource | undefined;
  readonly audit: AuditLog | undefined;
  /** Appends to the audit log. */
  readonly record: (record: Omit<AuditRecord, 'time'>) => Promise<void>;
}

/** A request that passed every check: its parts match the schemas of its route. */
export interface Call<Params = unknown, Query = unknown, Body = unknown> {
  readonly request: Request;
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly principal: Principal;
  readonly address: string | undefined;
  readonly secure: boolean;
  readonly traceId: string;
  /** Path below which the API is. */
  readonly base: string;
}
