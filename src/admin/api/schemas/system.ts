import * as z from 'zod';
import { ADMIN_ROLES, type AdminRole } from '../../security/roles.ts';
import { component, durationText, moment } from './registry.ts';

/** The machine, and the server of the API. */
export interface AdminMachine {
  /** Host name. */
  readonly name: string;
  /** Machine whose services are managed: differs from `name` when the manager was opened for another machine. */
  readonly managed: string;
  /** Operating system, as `os.platform()` names it. */
  readonly platform: string;
  /** Release of the operating system. */
  readonly release: string;
  /** Version of winsvc. */
  readonly winsvc: string;
  /** Version of Node. */
  readonly node: string;
  /** Seconds since the boot of the machine. */
  readonly uptimeSeconds: number;
  /** Start of this server, in ISO 8601. */
  readonly startedAt: string;
  /** `true`: admins may install services. */
  readonly allowInstall: boolean;
  /** Optional parts that this server has. */
  readonly features: readonly AdminFeature[];
  /** The caller. */
  readonly caller: AdminCaller;
}

/** Optional part of a server. */
export type AdminFeature = 'watchdog' | 'metrics' | 'audit' | 'doctor' | 'events' | 'reload';

/** Caller of the API. */
export interface AdminCaller {
  /** Name, as the audit log shows it. */
  readonly name: string;
  /** Role. */
  readonly role: AdminRole;
  /** `true`: may read logs and events. */
  readonly logs: boolean;
}

/** A target of the watchdog. */
export interface AdminWatchdogTarget {
  /** Name of the target. */
  readonly name: string;
  /** State of `WATCHDOG_TRANSITIONS`, such as `normal`, `failed`, `recovering`. */
  readonly state: string;
  /** Start of the state, in ISO 8601. */
  readonly since: string;
  /** Problem of the target; empty when there is none. */
  readonly reason: string;
  /** Number of actions that count for the limit. */
  readonly recentActions: number;
  /** Time of the last action, in ISO 8601. */
  readonly lastActionAt?: string | undefined;
  /** Reason why no action is taken although the target failed. */
  readonly heldBy?: string | undefined;
  /** End of the quiet time, in ISO 8601. */
  readonly quietUntil?: string | undefined;
  /** Incidents since the start of this server, the newest first; at most 20. */
  readonly history: readonly AdminIncident[];
}

/** Time in which a target of the watchdog did not work. */
export interface AdminIncident {
  /** Start, in ISO 8601. */
  readonly since: string;
  /** End, in ISO 8601. Missing while it lasts. */
  readonly until?: string | undefined;
  /** Problem of the target. */
  readonly reason: string;
  /** Actions of the watchdog. */
  readonly actions: readonly AdminIncidentAction[];
}

/** Action of the watchdog in an incident. */
export interface AdminIncidentAction {
  /** Time, in ISO 8601. */
  readonly at: string;
  /** Action, such as `restart`. */
  readonly action: string;
  /** Error of a failed action. */
  readonly error?: string | undefined;
}

/** The targets of the watchdog. */
export interface AdminWatchdog {
  /** Every target. */
  readonly targets: readonly AdminWatchdogTarget[];
}

export const machineSchema = component(
  'Machine',
  'The machine, and this server.',
  z.strictObject({
    name: z.string().describe('Host name.'),
    managed: z.string().describe('The machine whose services are managed; the same as name unless it is another one.'),
    platform: z.string(),
    release: z.string(),
    winsvc: z.string().describe('Version of winsvc.'),
    node: z.string(),
    uptimeSeconds: z.number().describe('Since the boot of the machine.'),
    startedAt: moment.describe('When this server started.'),
    allowInstall: z.boolean(),
    features: z.array(z.enum(['watchdog', 'metrics', 'audit', 'doctor', 'events', 'reload'])),
    caller: z.strictObject({ name: z.string(), role: z.enum(ADMIN_ROLES), logs: z.boolean() }),
  }),
) satisfies z.ZodType<AdminMachine>;

export const sessionRequestSchema = component(
  'Login',
  'Token that a session of the page is for.',
  z.strictObject({ token: z.string().max(200) }),
);
export const sessionSchema = component(
  'Session',
  'A session of the page. Its cookie can be read by no script.',
  z.strictObject({ name: z.string(), role: z.enum(ADMIN_ROLES), expiresAt: moment }),
);

export const targetSchema = component(
  'WatchdogTarget',
  'A target of the watchdog.',
  z.strictObject({
    name: z.string(),
    state: z.string().describe('A state of WATCHDOG_TRANSITIONS, such as normal, failed, recovering.'),
    since: moment,
    reason: z.string().describe('What is wrong; empty when nothing is.'),
    recentActions: z.int(),
    lastActionAt: moment.optional(),
    heldBy: z.string().optional().describe('Why nothing is done although it failed.'),
    quietUntil: moment.optional(),
    history: z
      .array(
        z.strictObject({
          since: moment,
          until: moment.optional().describe('When it was well again; missing while it is not.'),
          reason: z.string(),
          actions: z.array(z.strictObject({ at: moment, action: z.string(), error: z.string().optional() })),
        }),
      )
      .describe('Incidents since this server started, the newest first; at most 20.'),
  }),
) satisfies z.ZodType<AdminWatchdogTarget>;
export const watchdogSchema = component(
  'Watchdog',
  'The targets of the watchdog.',
  z.strictObject({ targets: z.array(targetSchema) }),
) satisfies z.ZodType<AdminWatchdog>;
export const targetParams = z.strictObject({ target: z.string().min(1).max(256) });
export const pauseSchema = component(
  'WatchdogPause',
  'How long a target is left alone.',
  z.strictObject({ for: durationText }),
);
export const reloadSchema = component(
  'Reload',
  'The configuration was read again.',
  z.strictObject({ reloaded: z.literal(true) }),
);
