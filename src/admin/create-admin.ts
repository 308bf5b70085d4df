import { hostname } from 'node:os';
import { dirname, resolve } from 'node:path';
import { ServiceError } from '../errors/service-error.ts';
import { timeOfDay } from '../util/clock.ts';
import { toMs } from '../util/duration.ts';
import { toError } from '../util/to-error.ts';
import { createApp } from './api/app.ts';
import { openApiOf } from './api/openapi.ts';
import type { OpenApiDocument } from './api/openapi-document.ts';
import { toProblem } from './api/problem.ts';
import { problemResponse } from './api/respond.ts';
import { routes } from './api/routes.ts';
import { traceIdOf } from './api/trace.ts';
import type { Operation } from './api/schemas/operation.ts';
import { AuditLog } from './audit/audit-log.ts';
import type { AdminAdapters, AdminContext, AdminFolders } from './context.ts';
import { EventHub } from './events/event-hub.ts';
import { Incidents } from './events/incidents.ts';
import { StatusFeed } from './events/status-feed.ts';
import { createServiceMetrics } from './metrics.ts';
import { IdempotencyKeys } from './operations/idempotency.ts';
import { Operations } from './operations/operations.ts';
import type { AdminLog, AdminOptions } from './options/admin-options.ts';
import { checkAdminOptions } from './options/check-admin-options.ts';
import { createJwtCheck } from './security/jwt.ts';
import { createRateLimits, noLimits } from './security/rate-limits.ts';
import { Sessions } from './security/session.ts';
import type { TokenRecord } from './security/token.ts';
import { type TokenSource, TokenStore } from './security/token-store.ts';
import { createWritableCheck } from './security/writable.ts';
import type { Connection } from './server/connection.ts';
import { Streams } from './server/streams.ts';
import { ServiceNames } from './service-names.ts';

/** REST API and page for the services of a machine. Made by `createAdmin`. */
export interface Admin extends AsyncDisposable {
  /**
   * Answers a request. It never rejects: failures are answers too. For servers that speak Fetch; for node:http, Express
   * and Fastify use `toNodeHandler`.
   *
   * @param connection what the server knows of the connection: address, client certificate, encryption
   */
  fetch(request: Request, connection?: Connection): Promise<Response>;
  /** OpenAPI 3.1 document of the API. */
  readonly openapi: OpenApiDocument;
  /** Ends streams and waits for operations, and writes the rest of the audit log. The manager stays open. */
  close(): Promise<void>;
}

const silent: AdminLog = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** Makes the admin with the adapters that it is given. @throws ServiceError INVALID_OPTIONS, PACKAGE_MISSING */
export async function createAdminWith(options: AdminOptions, adapters: AdminAdapters): Promise<Admin> {
  checkAdminOptions(options);
  const { manager, watchdog, log = silent, limits, audit: auditOptions } = options;
  const { clock } = adapters;
  const bounds = limits === false || limits === undefined ? {} : limits;
  const now = (): number => timeOfDay(clock);
  let document: OpenApiDocument | undefined;
  const openapi = (): OpenApiDocument => (document ??= openApiOf(routes, adapters.version));
  const audit = auditOptions
    ? new AuditLog(auditOptions, now, logged(log, 'An old audit file was not removed'), adapters.folders.make)
    : undefined;
  if (auditOptions === undefined)
    log.warn('There is no audit log: pass audit: { dir } to createAdmin, or audit: false to do without one');
  await checkFolders(options, adapters.folders, log);
  const record: AdminContext['record'] = async (entry) =>
    audit?.write({ time: new Date(now()).toISOString(), ...entry });
  const isWritable = createWritableCheck(options.services ?? []);
  const feed = new StatusFeed({
    manager,
    clock,
    isWatched: isWritable,
    changed: (name, report) => {
      hub.publish(report ? 'service' : 'serviceGone', name, report ? { name, ...report } : { name });
    },
    failed: logged(log, 'The list of services cannot be read for /events'),
  });
  const hub = new EventHub(clock, (listening) => feed.run(listening));
  const operations = new Operations({
    clock,
    now,
    limit: bounds.operations ?? 32,
    toProblem: (error, { id, service, traceId }) =>
      toProblem(error, { instance: `/services/${service}`, traceId, now: now(), operation: id }),
    changed: (operation) => {
      hub.publish('operation', operation.service, operation);
      noteEnd(operation, record, log);
    },
  });
  const context: AdminContext = {
    options,
    adapters,
    openapi,
    manager,
    now,
    startedAt: now(),
    log,
    hosts: new Set([hostname(), ...(options.hosts ?? [])].map((name) => name.toLowerCase())),
    credentials: {
      tokens: tokenSource(options.tokens, adapters.folders),
      jwt: options.jwt && (await createJwtCheck(options.jwt)),
      certificates: options.certificates ?? [],
      sessions: options.session === false ? undefined : new Sessions(toMs(options.session ?? '8h')),
    },
    rates: limits === false ? noLimits : await createRateLimits(bounds),
    isWritable,
    names: new ServiceNames(manager, now),
    operations,
    keys: new IdempotencyKeys(now),
    hub,
    streams: new Streams(bounds),
    incidents:
      watchdog &&
      new Incidents(watchdog, now, (target) => {
        hub.publish('watchdog', undefined, { target });
      }),
    metrics: options.metrics === true ? await createServiceMetrics(manager) : options.metrics,
    audit,
    record,
  };
  const app = createApp(routes, context);
  let closing: Promise<void> | undefined;

  async function close(): Promise<void> {
    context.incidents?.close();
    context.streams.close();
    hub.close();
    await operations.close();
    await audit?.close();
  }
  function closeOnce(): Promise<void> {
    return (closing ??= close());
  }
  return {
    get openapi() {
      return openapi();
    },
    async fetch(request, connection = {}) {
      if (!closing) return app.fetch(request, connection);
      const traceId = traceIdOf(request);
      const error = new ServiceError('CLOSED', 'This server is stopping.');
      return problemResponse(toProblem(error, { instance: new URL(request.url).pathname, traceId, now: now() }));
    },
    close: closeOnce,
    [Symbol.asyncDispose]: closeOnce,
  };
}

/**
 * Makes the folders of the tokens and of the audit log, and warns of folders that ordinary users can change: write access
 * to the tokens is as good as the role admin.
 *
 * @throws ServiceError FOLDER_REFUSED
 */
async function checkFolders({ tokens, audit }: AdminOptions, folders: AdminFolders, log: AdminLog): Promise<void> {
  const dirs = [
    typeof tokens === 'string' ? dirname(resolve(tokens)) : undefined,
    audit ? resolve(audit.dir) : undefined,
  ];
  for (const dir of new Set(dirs.filter((dir) => dir !== undefined))) {
    try {
      await folders.make(dir);
    } catch (error) {
      if (error instanceof ServiceError) throw error;
      // Reading works without it; a change whose record can't be written is refused.
      log.error(`The folder ${dir} cannot be made`, { error: toError(error) });
      continue;
    }
    const writers = await folders.writers(dir);
    if (writers.length > 0)
      log.warn(`${writers.join(', ')} may change ${dir}, which holds tokens or the audit log: use a folder of its own`);
  }
}

function tokenSource(tokens: AdminOptions['tokens'], { make }: AdminFolders): TokenSource | undefined {
  if (typeof tokens === 'string') return new TokenStore(tokens, make);
  // An array has a `find` too.
  if (!Array.isArray(tokens)) return tokens as TokenSource | undefined;
  const byId = new Map((tokens as readonly TokenRecord[]).map((record) => [record.id, record]));
  return { find: (id) => byId.get(id) };
}

/** The end of an operation is a separate record: the request was answered before. */
function noteEnd(operation: Operation, record: AdminContext['record'], log: AdminLog): void {
  const { id, service, action, state, reason, requestedBy, traceId, error } = operation;
  if (state === 'running') return;
  const about = {
    traceId,
    principal: requestedBy,
    service,
    action,
    operation: id,
    outcome: state,
    ...(reason !== undefined && { reason }),
    ...(error && { code: error.symbol ?? error.code }),
  };
  const message = `${action} of service "${service}" ${state}, asked for by ${requestedBy} over the admin API`;
  if (state === 'succeeded') log.info(message, about);
  else log.warn(error ? `${message}: ${error.detail}` : message, about);
  record({ ...about, kind: 'operation' }).catch(logged(log, 'The audit log cannot be written'));
}

function logged(log: AdminLog, message: string): (error: unknown) => void {
  return (error) => log.error(message, { error: toError(error) });
}
