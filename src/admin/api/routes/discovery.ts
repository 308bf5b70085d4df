import { ApiError } from '../api-error.ts';
import { json } from '../respond.ts';
import { route } from '../route.ts';
import { scrapeTargetsSchema } from '../schemas/discovery.ts';
import type { ScrapeTarget } from '../../options/admin-options.ts';

export const getScrapeTargets = route({
  method: 'GET',
  path: '/sd/prometheus',
  id: 'getScrapeTargets',
  tag: 'machine',
  summary: 'Lists what Prometheus is to scrape (http_sd_config).',
  access: 'metrics',
  answers: { 200: { description: 'Groups of targets.', schema: scrapeTargetsSchema } },
  async handle({ request, principal, secure, base }, { metrics, options }) {
    if (!metrics && !options.scrapeTargets)
      throw new ApiError('NOT_CONFIGURED', { detail: 'The options "metrics" and "scrapeTargets" are missing.' });
    if (principal.services)
      throw new ApiError('FORBIDDEN_SERVICE', { detail: 'The targets are for callers that may use every service.' });
    const own: ScrapeTarget = {
      // The address at which this caller reaches the server.
      targets: [request.headers.get('host') ?? new URL(request.url).host],
      labels: { __scheme__: secure ? 'https' : 'http', __metrics_path__: `${base}/metrics`, job: 'winsvc' },
    };
    const { scrapeTargets = [] } = options;
    const others = typeof scrapeTargets === 'function' ? await scrapeTargets() : scrapeTargets;
    return json([...(metrics ? [own] : []), ...others]);
  },
});
