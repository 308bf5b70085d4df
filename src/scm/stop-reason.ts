import * as z from 'zod/mini';
import { flag, oneOf, wholeNumber } from '../util/option-types.ts';

/** Areas of a stop reason (SERVICE_STOP_REASON_MAJOR_*). */
export const STOP_AREAS = ['other', 'hardware', 'operatingSystem', 'software', 'application', 'none'] as const;

/** One of {@link STOP_AREAS}. */
export type StopArea = (typeof STOP_AREAS)[number];

/** Causes of a stop reason (SERVICE_STOP_REASON_MINOR_*). */
export const STOP_CAUSES = [
  'other',
  'maintenance',
  'installation',
  'upgrade',
  'reconfig',
  'hung',
  'unstable',
  'disk',
  'networkCard',
  'environment',
  'hardwareDriver',
  'otherDriver',
  'servicePack',
  'softwareUpdate',
  'securityFix',
  'security',
  'networkConnectivity',
  'wmi',
  'servicePackUninstall',
  'softwareUpdateUninstall',
  'securityFixUninstall',
  'mmc',
  'none',
] as const;

/** One of {@link STOP_CAUSES}. */
export type StopCause = (typeof STOP_CAUSES)[number];

/** Limit of Windows, in characters. */
const MAX_COMMENT = 127;

const comment = z.optional(
  z.string('must be a text').check(z.maxLength(MAX_COMMENT, `must have at most ${MAX_COMMENT} characters`)),
);

/** Schema of a stop reason. */
export const stopReasonSchema = z.strictObject({
  planned: z.optional(flag),
  area: z.optional(oneOf(...STOP_AREAS)),
  cause: z.optional(oneOf(...STOP_CAUSES)),
  code: z.optional(wholeNumber(1, 2 ** 32 - 1)),
  comment,
});
