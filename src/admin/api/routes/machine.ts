import { hostname, platform, release, uptime } from 'node:os';
import { json, jsonWithTag } from '../respond.ts';
import { route } from '../route.ts';
import { machineSchema } from '../schemas/system.ts';

export const getMachine = route({
  method: 'GET',
  path: '/machine',
  id: 'getMachine',
  tag: 'machine',
  summary: 'Returns the machine, the versions, and the caller.',
  access: 'viewer',
  answers: { 200: { description: 'The machine.', schema: machineSchema } },
  handle({ principal }, { adapters, options, manager, startedAt, audit, metrics }) {
    const features = {
      watchdog: options.watchdog !== undefined,
      metrics: metrics !== undefined,
      audit: audit !== undefined,
      doctor: options.doctor !== undefined,
      events: adapters.readEvents !== undefined,
      reload: options.reload !== undefined,
    };
    return json({
      name: hostname(),
      managed: manager.machine ?? hostname(),
      platform: platform(),
      release: release(),
      winsvc: adapters.version,
      node: process.version,
      uptimeSeconds: Math.round(uptime()),
      startedAt: new Date(startedAt).toISOString(),
      allowInstall: options.allowInstall ?? false,
      features: Object.entries(features).flatMap(([name, has]) => (has ? [name] : [])),
      caller: { name: principal.name, role: principal.role, logs: principal.logs },
    });
  },
});

export const getOpenApi = route({
  method: 'GET',
  path: '/openapi.json',
  id: 'getOpenApi',
  tag: 'machine',
  summary: 'Describes this API in OpenAPI 3.1.',
  access: 'viewer',
  answers: { 200: { description: 'The OpenAPI document.' } },
  handle: ({ request }, { openapi }) => jsonWithTag(request, openapi()),
});
