import * as z from 'zod';
import { component, cursor, moment, queryFlag, queryNumber } from './registry.ts';

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
);
/** A line of the log of a service. */
export type AdminLogRecord = z.infer<typeof logRecordSchema>;
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
);
/** A record of the Windows event log. */
export type AdminEventRecord = z.infer<typeof eventRecordSchema>;
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
  'Who did what, from where, with which result.',
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
);
/** A record of the audit log. */
export type AuditRecord = z.infer<typeof auditRecordSchema>;
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
);
export const doctorSchema = component(
  'Diagnosis',
  'Everything that can be said about why a service does not start or stay.',
  z.strictObject({ service: z.string(), findings: z.array(findingSchema) }),
);
/** Diagnosis of a service. */
export type AdminDiagnosis = z.infer<typeof doctorSchema>;
