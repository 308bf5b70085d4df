import * as z from 'zod/mini';
import { checkOptions } from '../errors/check-options.ts';
import { findHostProblems, HOST_FIELDS, hostSettingsSchema } from '../scm/host-settings-schema.ts';
import type { HostSettings } from '../scm/host-settings.ts';
import { noNulText, scmLabel, serviceName } from '../util/option-types.ts';
import type { HostOptions } from './host-options.ts';

/** Options of {@link HostOptions} that aren't settings of the program. */
const SERVICE_FIELDS: Readonly<Record<string, () => z.ZodMiniType>> = {
  name: () => serviceName,
  displayName: () => scmLabel('the display name'),
  description: () => z.string('must be a text'),
  args: () => z.array(noNulText, 'must be a list of texts'),
  // Checked as a whole when it is used: most processes never install anything.
  install: () => z.record(z.string(), z.unknown(), 'must be an object'),
};

/** Checks the options of `hostModule`. @throws ServiceError INVALID_OPTIONS that names everything that is wrong. */
export function checkHostOptions(what: string, options: HostOptions): void {
  checkOptions(what, schemaOf(options), options, () => findHostProblems(options));
}

/** Checks the settings of an installed program. @throws ServiceError INVALID_OPTIONS that names everything that is wrong. */
export function checkHostSettings(what: string, settings: HostSettings): void {
  checkOptions(what, hostSettingsSchema(settings), settings, () => findHostProblems(settings));
}

/** Built for the options that are given: a whole schema costs memory and time of each start. */
function schemaOf(options: unknown): z.ZodMiniType {
  const fields = { ...HOST_FIELDS, ...SERVICE_FIELDS };
  const given = Object.keys(Object(options) as object).filter((key) => Object.hasOwn(fields, key));
  const parts = given.map((key) => [key, z.optional(fields[key]?.() ?? z.unknown())]);
  return z.strictObject(Object.fromEntries(parts) as Record<string, z.ZodMiniType>);
}
