import type { AdminContext } from '../../context.ts';
import { canSee, type Principal } from '../../security/principal.ts';
import { hasRole } from '../../security/roles.ts';
import type { ListedService } from '../../../manager/index.ts';
import { exitWords, hasFailed } from '../exit-words.ts';
import { pageOf } from '../page-of.ts';
import { jsonWithTag } from '../respond.ts';
import { route } from '../route.ts';
import {
  type AdminService,
  detailsQuery,
  listQuery,
  serviceListSchema,
  serviceParams,
  serviceSchema,
} from '../schemas/service.ts';

export const listServices = route({
  method: 'GET',
  path: '/services',
  id: 'listServices',
  tag: 'services',
  summary: 'Lists the services and their states.',
  access: 'viewer',
  query: listQuery,
  answers: { 200: { description: 'The services.', schema: serviceListSchema, headers: ['ETag'] } },
  async handle({ request, query, principal }, context) {
    const { state = 'all', name, cursor, limit = 1_000, details = false } = query;
    const found = await context.manager.list({ state, ...(name !== undefined && name !== '' && { name }) });
    const visible = found.filter((service) => canSee(principal, service.name)).sort(byName);
    const page = pageOf(visible, keyOf, cursor, limit);
    const services = details
      ? await Promise.all(page.items.map((service) => withDetails(service, principal, context)))
      : page.items.map((service) => toService(service, principal, context));
    return jsonWithTag(request, {
      services,
      ...(page.next !== undefined && { next: page.next }),
      total: visible.length,
    });
  },
});

export const getService = route({
  method: 'GET',
  path: '/services/{name}',
  id: 'getService',
  tag: 'services',
  summary: 'Shows a service and its status.',
  access: 'viewer',
  params: serviceParams,
  query: detailsQuery,
  answers: { 200: { description: 'The service.', schema: serviceSchema, headers: ['ETag'] } },
  async handle({ request, params: { name }, query: { details = false }, principal }, context) {
    const client = context.manager.service(name);
    const [status, displayName] = await Promise.all([client.status(), context.names.of(name)]);
    const service = { ...status, name, displayName };
    return jsonWithTag(
      request,
      details ? await withDetails(service, principal, context) : toService(service, principal, context),
    );
  },
});

/** Turns a line of the SCM's list into what the API returns. */
export function toService(
  { name, displayName, state, pid, type, checkpoint, waitHintMs, exit, accepts }: ListedService,
  principal: Principal,
  context: AdminContext,
): AdminService {
  const writable = hasRole(principal.role, 'operator') && context.isWritable(name);
  const text = exitWords(exit);
  return {
    name,
    displayName,
    state,
    pid,
    type,
    checkpoint,
    waitHintMs,
    exit,
    ...(text !== undefined && { exitText: text }),
    failed: state === 'stopped' && hasFailed(exit),
    accepts,
    writable,
  };
}

async function withDetails(service: ListedService, principal: Principal, context: AdminContext): Promise<AdminService> {
  const [config, usage] = await Promise.all([
    context.names.configOf(service.name),
    service.pid === 0 ? undefined : context.adapters.processUsage?.(service.pid).catch(() => undefined),
  ]);
  return {
    ...toService(service, principal, context),
    ...config,
    ...(usage && {
      process: {
        cpuSeconds: usage.cpuSeconds,
        memoryBytes: usage.memoryBytes,
        startedAt: usage.startedAt.toISOString(),
      },
    }),
  };
}

const keyOf = ({ name }: ListedService): string => name.toLowerCase();

/** By code units, as the cursor compares. */
function byName(a: ListedService, b: ListedService): number {
  return keyOf(a) < keyOf(b) ? -1 : 1;
}
