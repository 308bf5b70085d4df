import { ApiError } from '../api-error.ts';
import { json } from '../respond.ts';
import { route } from '../route.ts';
import { auditQuery, auditSchema } from '../schemas/records.ts';

export const getAudit = route({
  method: 'GET',
  path: '/audit',
  id: 'getAudit',
  tag: 'records',
  summary: 'Reads the audit log: who did what, from where, with which result.',
  access: 'admin',
  query: auditQuery,
  answers: { 200: { description: 'Records, the newest first.', schema: auditSchema } },
  async handle({ query, principal }, { audit }) {
    if (!audit) throw new ApiError('NOT_CONFIGURED', { detail: 'The option "audit" is missing.' });
    if (principal.services)
      throw new ApiError('FORBIDDEN_SERVICE', { detail: 'The audit log is for callers that may use every service.' });
    return json(await audit.read({ ...query, limit: query.limit ?? 200 }));
  },
});

export const getMetrics = route({
  method: 'GET',
  path: '/metrics',
  id: 'getMetrics',
  tag: 'machine',
  summary: 'Metrics in the form that Prometheus reads.',
  access: 'metrics',
  answers: { 200: { description: 'The metrics.', type: 'text/plain' } },
  async handle({ principal }, { metrics }) {
    if (!metrics) throw new ApiError('NOT_CONFIGURED', { detail: 'The option "metrics" is missing.' });
    if (principal.services)
      throw new ApiError('FORBIDDEN_SERVICE', { detail: 'The metrics are for callers that may use every service.' });
    return new Response(await metrics.metrics(), { headers: { 'Content-Type': metrics.contentType } });
  },
});
