import * as z from 'zod';
import { component, moment } from './registry.ts';

/** Problem document of RFC 9457. */
export interface AdminProblem {
  /** Kind of the problem: `urn:winsvc:problem:CODE`. */
  readonly type: string;
  /** Kind of the problem in words. */
  readonly title: string;
  /** HTTP status. */
  readonly status: number;
  /** Explanation of this occurrence. */
  readonly detail: string;
  /** Path of the request. */
  readonly instance: string;
  /** Stable code: one of `PROBLEM_CODES`, or of ServiceError. */
  readonly code: string;
  /** Next step. */
  readonly hint: string;
  /** Win32 error code. */
  readonly win32Code?: number | undefined;
  /** Name of the Win32 code, such as `ERROR_ACCESS_DENIED`. */
  readonly symbol?: string | undefined;
  /** Id of the operation that the problem is about. */
  readonly operation?: string | undefined;
  /** Every problem of the request. */
  readonly problems?: readonly AdminRequestProblem[] | undefined;
  /** Time of the problem, in ISO 8601. */
  readonly timestamp: string;
  /** Trace id of W3C Trace Context, the same in the log and the audit log. */
  readonly traceId: string;
}

/** One problem of a request. */
export interface AdminRequestProblem {
  /** Path in the request, such as `recovery.actions.0.delay`. */
  readonly path: string;
  /** Explanation. */
  readonly message: string;
}

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
) satisfies z.ZodType<AdminProblem>;
