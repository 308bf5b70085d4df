import * as z from 'zod';
import { ADMIN_ROLES } from '../../security/roles.ts';
import { component, durationText, moment } from './registry.ts';

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
);
/** The machine, and the server of the API. */
export type AdminMachine = z.infer<typeof machineSchema>;

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
);
/** A target of the watchdog. */
export type WatchdogTarget = z.infer<typeof targetSchema>;
export const watchdogSchema = component(
  'Watchdog',
  'The targets of the watchdog.',
  z.strictObject({ targets: z.array(targetSchema) }),
);
/** The targets of the watchdog. */
export type AdminWatchdog = z.infer<typeof watchdogSchema>;
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
