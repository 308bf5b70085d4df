import * as z from 'zod';
import type { ScrapeTarget } from '../../options/admin-options.ts';
import { component } from './registry.ts';

/** Source: https://prometheus.io/docs/prometheus/latest/http_sd/ */
const scrapeTargetSchema = component(
  'ScrapeTarget',
  'Targets of Prometheus that have the same labels.',
  z.strictObject({
    targets: z.array(z.string()).readonly().describe('Host and port of each.'),
    labels: z.record(z.string(), z.string()).optional(),
  }),
) satisfies z.ZodType<ScrapeTarget>;

export const scrapeTargetsSchema = component(
  'ScrapeTargets',
  'The answer to http_sd_config.',
  z.array(scrapeTargetSchema),
);
