import * as z from 'zod';
import { component, cursor, durationText, moment, queryNumber } from './registry.ts';
import { problemSchema } from './problem.ts';
import { stateSchema } from './service.ts';

export const OPERATION_ACTIONS = ['start', 'stop', 'restart', 'pause', 'continue', 'command'] as const;
/** Action on a service over the API. */
export type OperationAction = (typeof OPERATION_ACTIONS)[number];

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
);
/** Request of an action on a service. */
export type OperationRequest = z.infer<typeof requestSchema>;

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
);
/** An action on a service: what was asked, how far it is, and how it ended. */
export type Operation = z.infer<typeof operationSchema>;

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
