import { toMs, type Duration } from '../../../util/duration.ts';
import type { AdminContext, Call } from '../../context.ts';
import { checkRequest, runAction } from '../../operations/run-action.ts';
import { canSee } from '../../security/principal.ts';
import { ApiError } from '../api-error.ts';
import { decodeCursor, encodeCursor } from '../page-of.ts';
import { json } from '../respond.ts';
import { route, type Route } from '../route.ts';
import {
  type Operation,
  OPERATION_ACTIONS,
  operationListSchema,
  operationParams,
  type OperationRequest,
  operationSchema,
  operationsQuery,
  requestSchema,
  shorthandSchema,
  waitQuery,
} from '../schemas/operation.ts';
import { serviceParams } from '../schemas/service.ts';

const MAX_TIMEOUT_MS = 600_000;
const MAX_WAIT_MS = 300_000;
const KEY = /^[\x21-\x7e]{1,255}$/;
const HEADERS = {
  'Idempotency-Key': 'A key of your own, such as a UUID: the same request with the same key acts once.',
};
const answers = {
  200: { description: 'It is done (?wait).', schema: operationSchema },
  202: { description: 'It has begun.', schema: operationSchema, headers: ['Location', 'Retry-After'] },
};

export const createOperation = route({
  method: 'POST',
  path: '/services/{name}/operations',
  id: 'createOperation',
  tag: 'operations',
  summary: 'Starts, stops, restarts, pauses or continues a service, or sends it a command.',
  access: 'operator',
  writes: true,
  params: serviceParams,
  query: waitQuery,
  body: requestSchema,
  headers: HEADERS,
  answers,
  handle: (call, context) => begin(call, call.body, context),
});

/** `POST /services/{name}/start` and so on: the form that scripts use. */
export const shorthands: readonly Route[] = OPERATION_ACTIONS.map((action) =>
  route({
    method: 'POST',
    path: `/services/{name}/${action}`,
    id: `${action}Service`,
    tag: 'operations',
    summary: `Shorthand of an operation with the action ${action}.`,
    access: 'operator',
    writes: true,
    params: serviceParams,
    query: waitQuery,
    body: shorthandSchema,
    bodyOptional: true,
    headers: HEADERS,
    answers,
    handle: (call, context) => begin(call, { ...call.body, action }, context),
  }),
);

export const listOperations = route({
  method: 'GET',
  path: '/operations',
  id: 'listOperations',
  tag: 'operations',
  summary: 'Lists the operations that run, and those that ended within the last hour.',
  access: 'viewer',
  query: operationsQuery,
  answers: { 200: { description: 'The operations.', schema: operationListSchema } },
  handle({ query: { state, service, cursor, limit = 100 }, principal }, { operations }) {
    const all = operations
      .list()
      .filter((operation) => canSee(principal, operation.service))
      .filter((operation) => state === undefined || operation.state === state)
      .filter((operation) => service === undefined || operation.service.toLowerCase() === service.toLowerCase());
    const after = cursor === undefined ? undefined : decodeCursor(cursor);
    const start = after === undefined ? 0 : all.findIndex(({ id }) => id === after) + 1;
    const page = all.slice(start, start + limit);
    const last = page.at(-1);
    return json({
      operations: page,
      ...(last && start + limit < all.length && { next: encodeCursor(last.id) }),
    });
  },
});

export const getOperation = route({
  method: 'GET',
  path: '/operations/{id}',
  id: 'getOperation',
  tag: 'operations',
  summary: 'Shows an operation and its progress.',
  access: 'viewer',
  params: operationParams,
  query: waitQuery,
  answers: { 200: { description: 'The operation.', schema: operationSchema, headers: ['Retry-After'] } },
  async handle({ params: { id }, query, principal }, context) {
    visible(context, id, principal);
    const operation = await context.operations.waitFor(id, waitMs(query.wait));
    return json(operation, 200, operation.state === 'running' ? { 'Retry-After': '1' } : {});
  },
});

export const abandonOperation = route({
  method: 'DELETE',
  path: '/operations/{id}',
  id: 'abandonOperation',
  tag: 'operations',
  summary: 'Cancels the wait for an operation. The service continues with the action.',
  access: 'operator',
  params: operationParams,
  answers: { 200: { description: 'The operation.', schema: operationSchema } },
  async handle({ params: { id }, principal }, context) {
    const { service } = visible(context, id, principal);
    if (!context.isWritable(service)) throw new ApiError('NOT_WRITABLE');
    return json(await context.operations.abandon(id));
  },
});

/** Returns an operation. @throws ApiError OPERATION_NOT_FOUND, FORBIDDEN_SERVICE */
function visible({ operations }: AdminContext, id: string, principal: Call['principal']): Operation {
  const operation = operations.get(id);
  if (!canSee(principal, operation.service)) throw new ApiError('FORBIDDEN_SERVICE');
  return operation;
}

async function begin(
  call: Call<{ name: string }, { wait?: string | number | undefined }>,
  request: OperationRequest,
  context: AdminContext,
): Promise<Response> {
  const { params, principal, traceId, query } = call;
  const commands = commandsOf(context, params.name);
  checkRequest(request, commands);
  bounded(request.timeout, 'body.timeout', MAX_TIMEOUT_MS);
  const wait = waitMs(query.wait);
  const key = call.request.headers.get('idempotency-key');
  if (key !== null && !KEY.test(key)) throw invalid('header.Idempotency-Key', 'must be 1 to 255 visible characters');
  const caller = `${principal.by} ${principal.id}`;
  const asked = { service: params.name.toLowerCase(), ...request };
  const known = key === null ? undefined : context.keys.find(caller, key, asked);
  if (known !== undefined) return answer(context, known, wait, call);
  const client = context.manager.service(params.name);
  await refuseOwnService(context, params.name, request.action);
  const { id } = context.operations.begin({
    service: params.name,
    action: request.action,
    reason: request.reason,
    requestedBy: principal.name,
    traceId,
    run: (watch) => runAction(client, request, commands, watch),
  });
  if (key !== null) context.keys.remember(caller, key, asked, id);
  return answer(context, id, wait, call);
}

/** Answers with an operation: at once, or when it is done. @throws what it failed with */
export async function answer(
  context: AdminContext,
  id: string,
  wait: number,
  { base }: Pick<Call, 'base'>,
): Promise<Response> {
  const operation = wait > 0 ? await context.operations.waitFor(id, wait) : context.operations.get(id);
  if (wait > 0 && operation.state === 'failed') throw context.operations.errorOf(id);
  const headers = { Location: `${base}/operations/${id}` };
  if (operation.state !== 'running' && wait > 0) return json(operation, 200, headers);
  return json(operation, 202, { ...headers, 'Retry-After': '1' });
}

/** Refuses actions that would end this server before it could answer. */
export async function refuseOwnService(context: AdminContext, name: string, action: string): Promise<void> {
  if (!['stop', 'restart', 'pause', 'uninstall'].includes(action)) return;
  const { pid } = await context.manager.service(name).status();
  if (pid === context.adapters.pid && context.manager.machine === undefined)
    throw new ApiError('OWN_SERVICE', { detail: `The service "${name}" hosts this server.` });
}

export function waitMs(wait: string | number | undefined): number {
  return wait === undefined ? 0 : bounded(wait, 'query.wait', MAX_WAIT_MS);
}

function bounded(time: string | number | undefined, path: string, max: number): number {
  const ms =
    time === undefined
      ? 0
      : toMs(typeof time === 'string' && /^\d+$/.test(time) ? Number(time) : (time as Duration), path);
  if (ms > max) throw invalid(path, `must be at most ${max / 60_000}m`);
  return ms;
}

function invalid(path: string, message: string): ApiError {
  return new ApiError('INVALID_REQUEST', { detail: `${path} ${message}`, problems: [{ path, message }] });
}

function commandsOf({ options }: AdminContext, name: string): Readonly<Record<string, number>> {
  const found = Object.entries(options.commands ?? {}).find(
    ([service]) => service.toLowerCase() === name.toLowerCase(),
  );
  return found?.[1] ?? {};
}
