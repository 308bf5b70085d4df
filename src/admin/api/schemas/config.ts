import * as z from 'zod';
import {
  ERROR_CONTROLS,
  LAUNCH_PROTECTIONS,
  SERVICE_TYPES,
  SID_TYPES,
  START_TYPES,
} from '../../../scm/service-config.ts';
import { RECOVERY_ACTIONS } from '../../../scm/recovery-config.ts';
import { TRIGGER_EVENTS } from '../../../scm/trigger.ts';
import type { AdminConfigChanges, AdminServiceConfig, AdminServiceSpec, ServiceConfigPatch } from './config-types.ts';
import { component, durationText, queryFlag } from './registry.ts';

const text = z.string().max(32_767);
const names = z.array(text).max(500);

const triggerData = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('binary'), value: z.base64() }),
  z.strictObject({ type: z.literal('text'), value: names }),
  z.strictObject({ type: z.literal('level'), value: z.int() }),
  z.strictObject({ type: z.enum(['keywordAny', 'keywordAll']), value: z.string().regex(/^\d{1,20}$/) }),
]);

const triggers = z
  .array(
    z.strictObject({
      event: z.enum(TRIGGER_EVENTS),
      action: z.enum(['start', 'stop']),
      guid: text.optional(),
      data: z.array(triggerData).optional(),
    }),
  )
  .describe('Binary data is base64, keywords are decimal numbers as text.');

const recovery = z.strictObject({
  actions: z.array(z.strictObject({ type: z.enum(RECOVERY_ACTIONS), delay: durationText.optional() })).optional(),
  resetPeriod: durationText.nullable().optional(),
  command: text.nullable().optional(),
  rebootMessage: text.nullable().optional(),
});

/** Settings that read as they are written. */
const settings = {
  displayName: text,
  description: text.nullable(),
  type: z.enum(SERVICE_TYPES),
  interactive: z.boolean(),
  startType: z.enum(START_TYPES),
  errorControl: z.enum(ERROR_CONTROLS),
  imagePath: text,
  loadOrderGroup: text.nullable(),
  dependencies: names.nullable(),
  account: text,
  recovery: recovery.nullable(),
  recoverOnFailureExit: z.boolean(),
  sidType: z.enum(SID_TYPES),
  requiredPrivileges: names.nullable(),
  preshutdownTimeout: durationText,
  triggers: triggers.nullable(),
  preferredNode: z.int().nullable(),
  launchProtected: z.enum(LAUNCH_PROTECTIONS),
  securityDescriptor: text,
  environment: z.record(z.string().max(255), text).nullable(),
};

export const configPatchSchema = component(
  'ServiceConfigPatch',
  'Changes as a merge patch (RFC 7396): what is missing is kept, null clears.',
  z
    .strictObject({
      ...settings,
      password: text,
      environment: z.record(z.string().max(255), text.nullable()).nullable(),
    })
    .partial(),
) satisfies z.ZodType<ServiceConfigPatch>;

export const configSchema = component(
  'ServiceConfig',
  'Settings of a service. Values of environment variables are shown to admins only.',
  z
    .strictObject({
      ...settings,
      account: text.nullable(),
      tag: z.int(),
      unsupported: z.array(z.string()).describe('Settings that the system of the service does not know.'),
    })
    .partial(),
) satisfies z.ZodType<AdminServiceConfig>;

export const specSchema = component(
  'ServiceSpec',
  'A service as it is to be. The name is in the path.',
  z
    .strictObject({
      ...settings,
      password: text,
      program: z.strictObject({
        file: text.optional(),
        nodeArgs: names.optional(),
        script: text.optional(),
        args: names.optional(),
      }),
      eventSource: z.union([z.boolean(), z.strictObject({ source: text.optional(), log: text.optional() })]),
    })
    .partial(),
) satisfies z.ZodType<AdminServiceSpec>;

export const changesSchema = component(
  'ConfigChanges',
  'What was changed, or with ?plan what would be.',
  z.strictObject({
    created: z.boolean(),
    planned: z.boolean().describe('Nothing was changed: ?plan.'),
    changes: z.array(
      z.strictObject({
        setting: z.string(),
        from: z.unknown().optional().describe('Missing in a new service.'),
        to: z.unknown(),
      }),
    ),
  }),
) satisfies z.ZodType<AdminConfigChanges>;
export const planQuery = z.strictObject({ plan: queryFlag.optional().describe('Only says what would change.') });
