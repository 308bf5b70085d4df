import * as z from 'zod';
import { ACCEPTABLE } from '../../../scm/controls.ts';
import { SERVICE_TYPES, START_TYPES } from '../../../scm/service-config.ts';
import { STATES, type ServiceState } from '../../../scm/states.ts';
import { component, cursor, queryFlag, queryNumber, serviceName } from './registry.ts';

export const stateSchema = z.enum(STATES as [ServiceState, ...ServiceState[]]);

const exitSchema = z
  .union([z.strictObject({ win32: z.int() }), z.strictObject({ service: z.int() })])
  .describe('How it ended last: a Win32 code, or a code of its own. win32 1077: never started since the last boot.');

const processSchema = z
  .strictObject({
    cpuSeconds: z.number().describe('CPU time since its start.'),
    memoryBytes: z.int().describe('Working set.'),
    startedAt: z.iso.datetime(),
  })
  .describe('Process of the service, where the system tells.');

const serviceShape = {
  name: z.string(),
  displayName: z.string(),
  state: stateSchema,
  pid: z.int().describe('0 when it has no process.'),
  type: z.enum(SERVICE_TYPES),
  checkpoint: z.int().describe('Goes up with progress while it is on its way to another state.'),
  waitHintMs: z.int().describe('Milliseconds within which the next progress is due.'),
  exit: exitSchema,
  exitText: z.string().optional().describe('How it ended last, in words.'),
  failed: z.boolean().describe('Whether it is stopped, and ended with an error.'),
  accepts: z.array(z.enum(ACCEPTABLE)).readonly().describe('Controls that it takes in this state.'),
  writable: z.boolean().describe('Whether this caller may start, stop and change it here.'),
  startType: z.enum(START_TYPES).optional().describe('With ?details, where the caller may read it.'),
  account: z.string().nullable().optional().describe('With ?details, where the caller may read it.'),
  process: processSchema.optional(),
};

export const serviceSchema = component('Service', 'A service and its status.', z.strictObject(serviceShape));
/** A service and its status, as the API returns it. */
export type AdminService = z.infer<typeof serviceSchema>;

export const serviceListSchema = component(
  'ServiceList',
  'Services in the order of their names.',
  z.strictObject({
    services: z.array(serviceSchema),
    next: z.string().optional().describe('Cursor of the next page; missing on the last one.'),
    total: z.int().describe('Services that match, on all pages.'),
  }),
);
/** One page of a list of services. */
export type AdminServiceList = z.infer<typeof serviceListSchema>;

export const serviceParams = z.strictObject({
  name: serviceName.describe('Name of the service, not its display name.'),
});
export const detailsQuery = z.strictObject({
  details: queryFlag.optional().describe('Also start type, account, and the CPU time and memory of the process.'),
});
export const listQuery = z.strictObject({
  ...detailsQuery.shape,
  state: z.enum(['all', 'active', 'inactive']).optional().describe('Default all.'),
  name: z.string().max(256).optional().describe('Part of the name or the display name, without case.'),
  cursor: cursor.optional(),
  limit: queryNumber(1, 5_000).optional().describe('Default 1000.'),
});
