import * as z from 'zod';
import { component, cursor, moment, queryFlag, queryNumber } from './registry.ts';

/** A line of the log of a service. */
export interface AdminLogRecord {
  /** Time, in ISO 8601. Missing in captured output. */
  readonly time?: string | undefined;
  /** Level. Missing in captured output. */
  readonly level?: 'debug' | 'info' | 'warn' | 'error' | undefined;
  /** Text. */
  readonly message: string;
  /** Further fields of the record. */
  readonly data?: Readonly<Record<string, unknown>> | undefined;
}

/** A record of the Windows event log. */
export interface AdminEventRecord {
  /** Number of the record in its log. */
  readonly recordId: number;
  /** Time, in ISO 8601. */
  readonly time: string;
  /** Log, such as `Application`. */
  readonly log: string;
  /** Event source. */
  readonly source: string;
  /** Event id. */
  readonly id: number;
  /** Level. */
  readonly level: 'critical' | 'error' | 'warn' | 'info' | 'verbose';
  /** Text of the event. Missing when its message file can't be read. */
  readonly message?: string | undefined;
  /** Strings of the event, of which the text is made. */
  readonly strings: readonly string[];
}

/** A record of the audit log. */
export interface AuditRecord {
  /** Time, in ISO 8601. */
  readonly time: string;
  /** Trace id of W3C Trace Context, the same for all records of a request. */
  readonly traceId: string;
  /** `attempt` before a change, `result` after it, `operation` at the end of an operation, `login`, `refused`. */
  readonly kind: 'attempt' | 'result' | 'operation' | 'login' | 'refused';
  /** Name of the caller. */
  readonly principal?: string | undefined;
  /** Id of the token, subject of the JWT, or fingerprint of the certificate. */
  readonly principalId?: string | undefined;
  /** Kind of the credential. */
  readonly by?: 'token' | 'session' | 'jwt' | 'certificate' | undefined;
  /** Address of the caller. */
  readonly address?: string | undefined;
  /** HTTP method. */
  readonly method?: string | undefined;
  /** Path of the request. */
  readonly path?: string | undefined;
  /** Name of the service. */
  readonly service?: string | undefined;
  /** Id of the route, or action of the operation. */
  readonly action?: string | undefined;
  /** Id of the operation. */
  readonly operation?: string | undefined;
  /** Reason that the caller gave. */
  readonly reason?: string | undefined;
  /** HTTP status of the answer. */
  readonly status?: number | undefined;
  /** Code of the problem. */
  readonly code?: string | undefined;
  /** Result of an operation: `succeeded`, `failed` or `abandoned`. */
  readonly outcome?: string | undefined;
  /** Names of the settings that changed. Values are not recorded. */
  readonly changes?: readonly string[] | undefined;
}

/** Result of a check of the doctor. */
export interface AdminFinding {
  /** Name of the check. */
  readonly check: string;
  /** Result. `skip`: it could not be checked. */
  readonly outcome: 'ok' | 'warn' | 'fail' | 'skip';
  /** Explanation. */
  readonly found: string;
  /** Command or advice that repairs it. */
  readonly repair?: string | undefined;
}

/** Diagnosis of a service. */
export interface AdminDiagnosis {
  /** Name of the service. */
  readonly service: string;
  /** Result of every check. */
  readonly findings: readonly AdminFinding[];
}

const sinceQuery = z
  .string()
  .regex(/^(?:\d+(?:\.\d+)?(?:ms|s|m|h|d)|\d{4}-\d\d-\d\dT\S+)$/, "must be a time ago such as '1h', or ISO 8601")
  .optional()
  .describe('From so long ago, such as 1h, or from a moment in ISO 8601.');
const page = { cursor: cursor.optional(), limit: queryNumber(1, 5_000).optional().describe('Default 200.') };
const follow = queryFlag
  .optional()
  .describe('Goes on with what is written from now on, as NDJSON, until the caller closes the connection.');
const fields = z.record(z.string(), z.unknown());

export const logRecordSchema = component(
  'LogRecord',
  'A line of the log of a service.',
  z.strictObject({
    time: moment.optional(),
    level: z.enum(['debug', 'info', 'warn', 'error']).optional(),
    message: z.string(),
    data: fields.optional(),
  }),
) satisfies z.ZodType<AdminLogRecord>;
export const logsSchema = component(
  'LogPage',
  'Lines of a log, the oldest first. Without a cursor: the last ones.',
  z.strictObject({
    records: z.array(logRecordSchema),
    next: z.string().optional().describe('Cursor for what is logged after these lines.'),
  }),
);
export const logsQuery = z.strictObject({
  stream: z.enum(['log', 'stdout', 'stderr']).optional().describe('Default log.'),
  level: z.enum(['debug', 'info', 'warn', 'error']).optional().describe('This level and worse.'),
  since: sinceQuery,
  follow,
  ...page,
});

export const eventRecordSchema = component(
  'EventRecord',
  'A record of the Windows event log.',
  z.strictObject({
    recordId: z.int(),
    time: moment,
    log: z.string(),
    source: z.string(),
    id: z.int(),
    level: z.enum(['critical', 'error', 'warn', 'info', 'verbose']),
    message: z.string().optional(),
    strings: z.array(z.string()).readonly(),
  }),
) satisfies z.ZodType<AdminEventRecord>;
export const eventsSchema = component(
  'EventPage',
  'Records of the event log, the oldest first. Without a cursor: the last ones.',
  z.strictObject({ records: z.array(eventRecordSchema), next: z.string().optional() }),
);
export const eventsQuery = z.strictObject({
  level: z.enum(['critical', 'error', 'warn', 'info', 'verbose']).optional().describe('This level and worse.'),
  since: sinceQuery,
  follow,
  ...page,
});

export const auditRecordSchema = component(
  'AuditRecord',
  'Record of a request: caller, address, action and result.',
  z.strictObject({
    time: moment,
    traceId: z.string(),
    kind: z.enum(['attempt', 'result', 'operation', 'login', 'refused']),
    principal: z.string().optional().describe('Name of the caller.'),
    principalId: z.string().optional(),
    by: z.enum(['token', 'session', 'jwt', 'certificate']).optional(),
    address: z.string().optional(),
    method: z.string().optional(),
    path: z.string().optional(),
    service: z.string().optional(),
    action: z.string().optional(),
    operation: z.string().optional(),
    reason: z.string().optional(),
    status: z.int().optional(),
    code: z.string().optional(),
    outcome: z.string().optional(),
    changes: z.array(z.string()).optional().describe('Names of the settings that changed.'),
  }),
) satisfies z.ZodType<AuditRecord>;
export const auditSchema = component(
  'AuditPage',
  'Records of the audit log, the newest first.',
  z.strictObject({ records: z.array(auditRecordSchema), next: z.string().optional() }),
);
export const auditQuery = z.strictObject({
  service: z.string().max(256).optional(),
  principal: z.string().max(200).optional(),
  ...page,
});

export const findingSchema = component(
  'Finding',
  'What a check of the doctor found.',
  z.strictObject({
    check: z.string(),
    outcome: z.enum(['ok', 'warn', 'fail', 'skip']),
    found: z.string(),
    repair: z.string().optional(),
  }),
) satisfies z.ZodType<AdminFinding>;
export const doctorSchema = component(
  'Diagnosis',
  'Everything that can be said about why a service does not start or stay.',
  z.strictObject({ service: z.string(), findings: z.array(findingSchema) }),
) satisfies z.ZodType<AdminDiagnosis>;
