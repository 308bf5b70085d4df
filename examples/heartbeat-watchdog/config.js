// @ts-check
/** Schemas of the three YAML files. A mistake is reported with its path and its line. */
import { duration, secret } from 'winsvc/config';
import * as z from 'zod';

const port = z.int().min(0).max(65_535);
const key = secret(z.string().min(16));
const sender = z.strictObject({ url: z.url(), every: duration(), key });

export const ordersSchema = z.strictObject({ port, heartbeats: sender });

export const mailerSchema = z.strictObject({
  heartbeats: sender,
  /** A round of mails. */
  every: duration(),
  /** Fault of its first process, its second, and so on; then from the beginning. */
  faults: z.array(z.enum(['crash', 'hang', 'none'])).min(1),
  /** How long each life goes well. */
  after: duration(),
  /** File that counts its processes. */
  livesFile: z.string(),
});

export const watchdogSchema = z.strictObject({
  page: z.strictObject({ port }),
  heartbeats: z.strictObject({ port, key, timeout: duration() }),
  interval: duration(),
  failures: z.int().min(1),
  policy: z.strictObject({
    backoff: duration(),
    stableAfter: duration(),
    limit: z.strictObject({ count: z.int().min(1), per: duration() }),
    quiet: duration(),
  }),
  targets: z
    .array(
      z.strictObject({
        service: z.string().min(1),
        /** Its health endpoint. */
        url: z.url({ protocol: /^https?$/ }).optional(),
        /** Id of its heartbeats. */
        heartbeat: z.string().min(1).optional(),
      }),
    )
    .min(1),
  /** Webhook for notices, beside the event log. Left out: none. */
  webhook: z
    .strictObject({ url: secret(z.url()), format: z.enum(['json', 'slack', 'teams', 'wecom', 'dingtalk']) })
    .optional(),
  /** State file: counts survive a restart of the watchdog. */
  stateFile: z.string(),
});

/** @typedef {z.infer<typeof watchdogSchema>} WatchdogConfig */
