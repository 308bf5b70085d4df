import * as z from 'zod';
import { component, moment } from './registry.ts';

export const problemSchema = component(
  'Problem',
  'What went wrong, why, and what to do next (RFC 9457).',
  z.strictObject({
    type: z
      .string()
      .describe('urn:winsvc:problem:CODE; docs/admin.md and docs/errors.md have a heading for each code.'),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string().describe('Path of the request.'),
    code: z.string().describe('Stable code: one of the API, or of ServiceError.'),
    hint: z.string().describe('What to do next.'),
    win32Code: z.int().optional(),
    symbol: z.string().optional().describe('Name of the Win32 code, such as ERROR_ACCESS_DENIED.'),
    operation: z.string().optional().describe('Id of the operation that it is about.'),
    problems: z
      .array(z.strictObject({ path: z.string(), message: z.string() }))
      .optional()
      .describe('Every problem of the request.'),
    timestamp: moment,
    traceId: z.string().describe('Trace id of W3C Trace Context; the same in the log and the audit log.'),
  }),
);
/** Problem document of RFC 9457. */
export type AdminProblem = z.infer<typeof problemSchema>;
