import * as z from 'zod';
import { type Acceptable, ACCEPTABLE } from '../../../scm/controls.ts';
import type { ExitCode } from '../../../scm/exit-code.ts';
import { SERVICE_TYPES, type ServiceType, START_TYPES, type StartType } from '../../../scm/service-config.ts';
import { STATES, type ServiceState } from '../../../scm/states.ts';
import { component, cursor, queryFlag, queryNumber, serviceName } from './registry.ts';

/** A service and its status, as the API returns it. */
export interface AdminService {
  /** Name of the service. */
  readonly name: string;
  /** Display name. */
  readonly displayName: string;
  /** State of the service. */
  readonly state: ServiceState;
  /** Process id; 0 when it has no process. */
  readonly pid: number;
  /** Type of the service. */
  readonly type: ServiceType;
  /** Checkpoint of a pending state; it increases with progress. */
  readonly checkpoint: number;
  /** Milliseconds within which the next progress is due. */
  readonly waitHintMs: number;
  /** Exit code of the last run. `{ win32: 1077 }`: not started since the last boot. */
  readonly exit: ExitCode;
  /** Exit code in words. Missing for a normal end. */
  readonly exitText?: string | undefined;
  /** `true`: the service is stopped, and its last run ended with an error. */
  readonly failed: boolean;
  /** Controls that it accepts in this state. */
  readonly accepts: readonly Acceptable[];
  /** `true`: the caller may start, stop and change it. */
  readonly writable: boolean;
  /** Start type. With `details`, where the server may read it. */
  readonly startType?: StartType | undefined;
  /** Account; `null`: LocalSystem. With `details`, where the server may read it. */
  readonly account?: string | null | undefined;
  /** Process of the service. With `details`, where the system reports it. */
  readonly process?: AdminProcess | undefined;
}

/** Process of a service. */
export interface AdminProcess {
  /** CPU time since its start, in seconds. */
  readonly cpuSeconds: number;
  /** Working set, in bytes. */
  readonly memoryBytes: number;
  /** Start of the process, in ISO 8601. */
  readonly startedAt: string;
}

/** One page of a list of services. */
export interface AdminServiceList {
  /** Services in the order of their names. */
  readonly services: readonly AdminService[];
  /** Cursor of the next page. Missing on the last page. */
  readonly next?: string | undefined;
  /** Number of services that match, on all pages. */
  readonly total: number;
}

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
  .describe('Process of the service, where the system reports it.');

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

export const serviceSchema = component(
  'Service',
  'A service and its status.',
  z.strictObject(serviceShape),
) satisfies z.ZodType<AdminService>;

export const serviceListSchema = component(
  'ServiceList',
  'Services in the order of their names.',
  z.strictObject({
    services: z.array(serviceSchema),
    next: z.string().optional().describe('Cursor of the next page; missing on the last one.'),
    total: z.int().describe('Services that match, on all pages.'),
  }),
) satisfies z.ZodType<AdminServiceList>;

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
