import * as z from 'zod';
import { component, cursor, durationText, moment, queryNumber } from './registry.ts';
import type { ServiceState } from '../../../scm/states.ts';
import { type AdminProblem, problemSchema } from './problem.ts';
import { stateSchema } from './service.ts';

export const OPERATION_ACTIONS = [
  'start',
  'stop',
  'restart',
  'pause',
  'continue',
  'command',
] as const satisfies readonly OperationAction[];
/** Action on a service over the API. */
export type OperationAction = 'start' | 'stop' | 'restart' | 'pause' | 'continue' | 'command';

/** Request of an action on a service. */
export interface OperationRequest {
  /** Action. */
  readonly action: OperationAction;
  /** Arguments of `start` and `restart`. Default: none. */
  readonly args?: readonly string[] | undefined;
  /** User-defined control of the action `command`: its code (128 to 255), or its name where the server knows it. */
  readonly command?: number | string | undefined;
  /** Reason for the audit log and, with a stop, for the event log of the system. At most 127 characters. */
  readonly reason?: string | undefined;
  /** Time to wait for the state: milliseconds, or a text such as `'30s'`. Default 30 s, at most 10 min. */
  readonly timeout?: string | number | undefined;
  /** `true`: also stops the services that depend on it. Default `false`. */
  readonly dependents?: boolean | undefined;
}

/** An action on a service, with its progress and its result. */
export interface Operation {
  /** Id of the operation. */
  readonly id: string;
  /** Name of the service. */
  readonly service: string;
  /** Action. */
  readonly action: OperationAction | 'uninstall';
  /** State of the operation. `abandoned`: the wait was canceled, and the service continues. */
  readonly state: 'running' | 'succeeded' | 'failed' | 'abandoned';
  /** Reason that the caller gave. */
  readonly reason?: string | undefined;
  /** Name of the caller. */
  readonly requestedBy: string;
  /** Time of the request, in ISO 8601. */
  readonly requestedAt: string;
  /** End of the operation, in ISO 8601. */
  readonly finishedAt?: string | undefined;
  /** Trace id of W3C Trace Context. */
  readonly traceId: string;
  /** States and checkpoints of the service, the newest last; at most 50. */
  readonly progress: readonly OperationProgress[];
  /** Problem of a failed operation. */
  readonly error?: AdminProblem | undefined;
}

/** State of a service during an operation. */
export interface OperationProgress {
  /** Time, in ISO 8601. */
  readonly at: string;
  /** State of the service. */
  readonly state: ServiceState;
  /** Process id; 0 when there is no process. */
  readonly pid: number;
  /** Checkpoint of a pending state. */
  readonly checkpoint: number;
  /** Milliseconds within which the next progress is due. */
  readonly waitHintMs: number;
}

const reason = z
  .string()
  .max(127, 'must have at most 127 characters')
  .regex(/^[^\p{Cc}]*$/u, 'must not have control characters')
  .describe('Why, for the audit log and, with a stop, for the event log of the system.');
const timeout = durationText.describe('How long to wait for the state. Default 30s, at most 10m.');
const dependents = z.boolean().describe('Also the services that depend on it. Default false.');

export const requestSchema = component(
  'OperationRequest',
  'What to do with a service.',
  z.strictObject({
    action: z.enum(OPERATION_ACTIONS),
    args: z.array(z.string().max(8_192)).max(100).optional().describe('Arguments of start and restart.'),
    command: z
      .union([z.int().min(128).max(255), z.string().min(1).max(100)])
      .optional()
      .describe('User-defined control of the action command: its code, or its name where the server knows it.'),
    reason: reason.optional(),
    timeout: timeout.optional(),
    dependents: dependents.optional(),
  }),
) satisfies z.ZodType<OperationRequest>;

export const shorthandSchema = component(
  'ActionOptions',
  'Options of an action. The body may be left out.',
  requestSchema.omit({ action: true }),
);
export const waitQuery = z.strictObject({
  wait: durationText
    .optional()
    .describe('Answers when it is done, after at most this time. Default: answers 202 at once. At most 5m.'),
});

export const operationSchema = component(
  'Operation',
  'An action on a service: what was asked, how far it is, and how it ended.',
  z.strictObject({
    id: z.string(),
    service: z.string(),
    action: z.enum([...OPERATION_ACTIONS, 'uninstall']),
    state: z
      .enum(['running', 'succeeded', 'failed', 'abandoned'])
      .describe('abandoned: the wait was canceled; the service itself goes on with what it was asked.'),
    reason: z.string().optional(),
    requestedBy: z.string(),
    requestedAt: moment,
    finishedAt: moment.optional(),
    traceId: z.string(),
    progress: z
      .array(
        z.strictObject({
          at: moment,
          state: stateSchema,
          pid: z.int(),
          checkpoint: z.int(),
          waitHintMs: z.int(),
        }),
      )
      .describe('States and checkpoints that were seen, the newest last; at most 50.'),
    error: problemSchema.optional(),
  }),
) satisfies z.ZodType<Operation>;

export const operationListSchema = component(
  'OperationList',
  'Operations, the newest first.',
  z.strictObject({ operations: z.array(operationSchema), next: z.string().optional() }),
);
export const operationParams = z.strictObject({
  id: z
    .string()
    .max(64)
    .regex(/^[\w-]+$/),
});
export const operationsQuery = z.strictObject({
  state: z.enum(['running', 'succeeded', 'failed', 'abandoned']).optional(),
  service: z.string().max(256).optional(),
  cursor: cursor.optional(),
  limit: queryNumber(1, 500).optional().describe('Default 100.'),
});
