import type { EnsureResult, ServiceSpec } from '../../../manager/index.ts';
import type { AdminContext, Call } from '../../context.ts';
import { checkInstallRules } from '../../security/install-rules.ts';
import { hasRole } from '../../security/roles.ts';
import { ApiError } from '../api-error.ts';
import { fromJsonConfig, HIDDEN, toJsonConfig, withoutSecrets } from '../config-json.ts';
import { mergePatch } from '../merge-patch.ts';
import { checkTag, etagOf, json, jsonWithTag } from '../respond.ts';
import { route } from '../route.ts';
import { changesSchema, configPatchSchema, configSchema, planQuery, specSchema } from '../schemas/config.ts';
import type { AdminServiceConfig, ServiceConfigPatch } from '../schemas/config-types.ts';
import { operationSchema, waitQuery } from '../schemas/operation.ts';
import { serviceParams } from '../schemas/service.ts';
import { answer, refuseOwnService, waitMs } from './operations.ts';

export const getConfig = route({
  method: 'GET',
  path: '/services/{name}/config',
  id: 'getConfig',
  tag: 'services',
  summary: 'Shows the settings of a service.',
  access: 'viewer',
  params: serviceParams,
  answers: { 200: { description: 'The settings.', schema: configSchema, headers: ['ETag'] } },
  async handle({ request, params: { name }, principal }, context) {
    const config = await read(context, name);
    // The tag covers all settings, so that it is the same for every caller.
    return jsonWithTag(request, hasRole(principal.role, 'admin') ? config : withoutSecrets(config), etagOf(config));
  },
});

export const patchConfig = route({
  method: 'PATCH',
  path: '/services/{name}/config',
  id: 'patchConfig',
  tag: 'services',
  summary: 'Changes settings of a service.',
  access: 'admin',
  writes: true,
  params: serviceParams,
  query: planQuery,
  body: configPatchSchema,
  bodyType: 'application/merge-patch+json',
  headers: { 'If-Match': 'ETag of the settings that the change is for.' },
  answers: { 200: { description: 'The changes.', schema: changesSchema, headers: ['ETag'] } },
  async handle(call, context) {
    const { request, params, query, body } = call;
    checkInstallRules(body, context.options.allowInstall ?? false);
    refuseHidden(body);
    const current = await read(context, params.name);
    checkTag(request, etagOf(current));
    const plan = query.plan ?? false;
    const result = await context.manager
      .service(params.name)
      .configure(fromJsonConfig(merged(current, body)) as Omit<ServiceSpec, 'name'>, { plan });
    return changed(call, result, plan, context);
  },
});

export const putService = route({
  method: 'PUT',
  path: '/services/{name}',
  id: 'ensureService',
  tag: 'services',
  summary: 'Installs a service, or makes it what the body says.',
  access: 'admin',
  writes: true,
  params: serviceParams,
  query: planQuery,
  body: specSchema,
  answers: {
    200: { description: 'It was there; the changes.', schema: changesSchema, headers: ['ETag'] },
    201: { description: 'It was installed.', schema: changesSchema, headers: ['ETag', 'Location'] },
  },
  async handle(call, context) {
    const { params, query, body } = call;
    if (!context.options.allowInstall) throw new ApiError('INSTALL_NOT_ALLOWED');
    refuseHidden(body);
    const plan = query.plan ?? false;
    const spec = { ...fromJsonConfig(body), name: params.name } as ServiceSpec;
    return changed(call, await context.manager.ensure(spec, { plan }), plan, context);
  },
});

export const deleteService = route({
  method: 'DELETE',
  path: '/services/{name}',
  id: 'uninstallService',
  tag: 'services',
  summary: 'Stops a service and uninstalls it.',
  access: 'admin',
  writes: true,
  params: serviceParams,
  query: waitQuery,
  answers: {
    200: { description: 'It is uninstalled (?wait).', schema: operationSchema },
    202: { description: 'It has begun.', schema: operationSchema, headers: ['Location', 'Retry-After'] },
  },
  async handle(call, context) {
    const { params, query, principal, traceId } = call;
    const wait = waitMs(query.wait);
    const client = context.manager.service(params.name);
    await client.status();
    await refuseOwnService(context, params.name, 'uninstall');
    const { id } = context.operations.begin({
      service: params.name,
      action: 'uninstall',
      reason: undefined,
      requestedBy: principal.name,
      traceId,
      run: async (watch) => {
        await client.uninstall(watch);
        context.names.forget(params.name);
      },
    });
    return answer(context, id, wait, call);
  },
});

async function read({ manager }: AdminContext, name: string): Promise<AdminServiceConfig> {
  return toJsonConfig(await manager.service(name).config());
}

/** Objects are merged with what is there; `null` reaches the manager, where it clears. */
function merged(current: AdminServiceConfig, patch: ServiceConfigPatch): ServiceConfigPatch {
  return Object.fromEntries(
    Object.entries(patch).map(([setting, value]) => [
      setting,
      value === null ? null : mergePatch(current[setting as keyof AdminServiceConfig], value),
    ]),
  );
}

/** Refuses the text that stands for a hidden value: it must not become the value. */
function refuseHidden({ environment }: ServiceConfigPatch): void {
  const hidden = Object.entries(environment ?? {}).filter(([, value]) => value === HIDDEN);
  if (hidden.length === 0) return;
  const problems = hidden.map(([name]) => ({ path: `body.environment.${name}`, message: `must not be ${HIDDEN}` }));
  throw new ApiError('INVALID_REQUEST', { detail: 'Values that were hidden cannot be sent back.', problems });
}

async function changed(
  { params: { name }, principal, traceId, base }: Call<{ name: string }>,
  result: EnsureResult,
  plan: boolean,
  context: AdminContext,
): Promise<Response> {
  const { created, changes } = result;
  const body = { created, planned: plan, changes: changes.map((change) => toJson(change)) };
  if (plan) return json(body);
  context.names.forget(name);
  if (created || changes.length > 0) {
    const settings = changes.map(({ setting }) => setting);
    context.log.info(
      `Service "${name}" was ${created ? 'installed' : 'changed'} over the admin API by ${principal.name}`,
      {
        traceId,
        settings,
      },
    );
    await context.record({ kind: 'result', traceId, principal: principal.name, service: name, changes: settings });
    context.hub.publish('config', name, { name, settings });
  }
  const headers = {
    ETag: etagOf(await read(context, name)),
    ...(created && { Location: `${base}/services/${encodeURIComponent(name)}` }),
  };
  return json(body, created ? 201 : 200, headers);
}

/** Values of variables stay out: the answer may be logged. */
function toJson({ setting, from, to }: EnsureResult['changes'][number]): AdminConfigChange {
  const json = (value: unknown): unknown => {
    const config = toJsonConfig({ [setting]: value } as never);
    return setting === 'environment' ? Object.keys(value ?? {}) : (config as never)[setting];
  };
  return { setting, ...(from !== undefined && { from: json(from) }), to: json(to) ?? null };
}

interface AdminConfigChange {
  readonly setting: string;
  readonly from?: unknown;
  readonly to: unknown;
}
