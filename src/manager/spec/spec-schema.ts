import * as z from 'zod/mini';
import {
  flag,
  longDuration,
  noNulText as noNul,
  oneOf,
  scmLabel,
  serviceName,
  text,
  wholeNumber,
} from '../../util/option-types.ts';
import { ERROR_CONTROLS, LAUNCH_PROTECTIONS, SERVICE_TYPES, SID_TYPES, START_TYPES } from '../../scm/service-config.ts';
import { RECOVERY_ACTIONS } from '../../scm/recovery-config.ts';
import { TRIGGER_EVENTS } from '../../scm/trigger.ts';

const MAX_DWORD = 2 ** 32 - 1;
/** https://learn.microsoft.com/windows/win32/api/winsvc/ns-winsvc-service_trigger_specific_data_item (cbData) */
const MAX_TRIGGER_BYTES = 1_024;
const TOO_MUCH_DATA = 'must have at most 1024 bytes';
/** The SCM counts in seconds, and 0xffffffff of them mean INFINITE. */
export const MAX_RESET_PERIOD_MS = (MAX_DWORD - 1) * 1_000;
const filled = noNul.check(z.minLength(1, 'must not be empty'));
const list = z.array(filled, 'must be a list of texts');
const guid = z
  .string()
  .check(
    z.regex(
      /^\{?[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}\}?$/i,
      'must be a GUID such as {4f27f2de-14e2-430b-a549-7cd48cbc8245}',
    ),
  );

const triggerData = z.union(
  [
    z.strictObject({
      type: z.literal('binary'),
      value: z.instanceof(Uint8Array).check(z.refine(({ length }) => length <= MAX_TRIGGER_BYTES, TOO_MUCH_DATA)),
    }),
    z.strictObject({ type: z.literal('text'), value: list.check(z.refine(fitsTrigger, TOO_MUCH_DATA)) }),
    z.strictObject({ type: z.literal('level'), value: wholeNumber(0, 255) }),
    z.strictObject({ type: z.enum(['keywordAny', 'keywordAll']), value: z.bigint() }),
  ],
  "must be at most 1024 bytes as { type: 'binary' | 'text' | 'level' | 'keywordAny' | 'keywordAll', value } with a value of that type",
);

function fitsTrigger(texts: readonly string[]): boolean {
  return texts.reduce((bytes, text) => bytes + 2 * (text.length + 1), 2) <= MAX_TRIGGER_BYTES;
}

/** Windows compares the names of variables without case. */
function hasDistinctNames(variables: Readonly<Record<string, string>>): boolean {
  const names = Object.keys(variables);
  return new Set(names.map((name) => name.toUpperCase())).size === names.length;
}

const trigger = z.strictObject({
  event: oneOf(...TRIGGER_EVENTS),
  action: oneOf('start', 'stop'),
  guid: z.optional(guid),
  data: z.optional(z.array(triggerData, 'must be a list')),
});

const recovery = z.strictObject({
  actions: z.optional(
    z.array(
      z.strictObject({ type: oneOf(...RECOVERY_ACTIONS), delay: z.optional(longDuration(MAX_DWORD)) }),
      'must be a list',
    ),
  ),
  resetPeriod: z.optional(z.nullable(longDuration(MAX_RESET_PERIOD_MS))),
  command: z.optional(z.nullable(filled)),
  rebootMessage: z.optional(z.nullable(filled)),
});

const installShape = {
  program: z.optional(
    z.strictObject({
      // It is put between quotes, where a quote can't be written.
      file: z.optional(filled.check(z.regex(/^[^"]*$/, 'must not have quotes'))),
      nodeArgs: z.optional(list),
      script: z.optional(filled),
      args: z.optional(z.array(noNul, 'must be a list of texts')),
    }),
  ),
  imagePath: z.optional(noNul.check(z.maxLength(32_767, 'must have at most 32767 characters'))),
  startType: z.optional(oneOf(...START_TYPES)),
  errorControl: z.optional(oneOf(...ERROR_CONTROLS)),
  type: z.optional(oneOf(...SERVICE_TYPES)),
  interactive: z.optional(flag),
  loadOrderGroup: z.optional(z.nullable(filled)),
  dependencies: z.optional(z.nullable(list)),
  account: z.optional(z.nullable(filled)),
  password: z.optional(z.string('must be a text')),
  recovery: z.optional(z.nullable(recovery)),
  recoverOnFailureExit: z.optional(flag),
  sidType: z.optional(oneOf(...SID_TYPES)),
  requiredPrivileges: z.optional(
    z.nullable(
      z.array(
        z
          .string()
          .check(z.regex(/^Se\w+Privilege$/, 'must be the name of a privilege such as SeChangeNotifyPrivilege')),
        'must be a list of privileges',
      ),
    ),
  ),
  preshutdownTimeout: z.optional(longDuration(MAX_DWORD)),
  triggers: z.optional(z.nullable(z.array(trigger, 'must be a list of triggers'))),
  preferredNode: z.optional(z.nullable(wholeNumber(0, 0xffff))),
  launchProtected: z.optional(oneOf(...LAUNCH_PROTECTIONS)),
  allowLaunchProtected: z.optional(flag),
  securityDescriptor: z.optional(
    z.string().check(z.regex(/^(?:[OGDS]:.*)+$/, "must be SDDL such as 'D:(A;;GA;;;BA)'")),
  ),
  eventSource: z.optional(
    z.union(
      [flag, z.strictObject({ source: z.optional(scmLabel('the source')), log: z.optional(scmLabel('the log')) })],
      "must be true, false or { source: '…', log: '…' }",
    ),
  ),
  folders: z.optional(z.array(z.string().check(z.minLength(1, 'must be a path')), 'must be a list of paths')),
  environment: z.optional(
    z.nullable(
      z
        .record(z.string().check(z.regex(/^=?[^=\0]+$/, 'must be a name without =')), noNul)
        .check(z.refine(hasDistinctNames, 'must not have two names that differ in case only')),
    ),
  ),
  // By hostSettingsSchema, which is built for the settings that are given.
  host: z.optional(z.nullable(z.record(z.string(), z.unknown(), 'must be an object'))),
};

const changeShape = {
  displayName: z.optional(scmLabel('the display name')),
  description: z.optional(z.nullable(noNul)),
  ...installShape,
  // Reported by config(), ignored here.
  tag: z.optional(wholeNumber(0, MAX_DWORD)),
  unsupported: z.optional(z.array(z.string())),
};

/** Options of `install` and `ensure`. */
export const serviceSpecSchema = z.strictObject({ name: serviceName, ...changeShape });

/** Options of `configure`. `name` is allowed, so that it takes what `config()` returns. */
export const configureSchema = z.strictObject({ name: z.optional(serviceName), ...changeShape });

export const nameSchema = z.strictObject({ name: serviceName });
export const machineSchema = z.strictObject({ machine: z.optional(text) });
