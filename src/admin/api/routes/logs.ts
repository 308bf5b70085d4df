import { toPlain } from '../../../util/to-plain.ts';
import type { LogLine, ReadLogsOptions } from '../../../logging/index.ts';
import type { EventEntry, ReadEventsOptions } from '../../../eventlog/index.ts';
import type { AdminContext, Call } from '../../context.ts';
import { ApiError } from '../api-error.ts';
import { toProblem } from '../problem.ts';
import { nextPlace, placeOf, sinceOf, take } from '../record-pages.ts';
import { json } from '../respond.ts';
import { route } from '../route.ts';
import {
  type AdminEventRecord,
  type AdminLogRecord,
  doctorSchema,
  eventsQuery,
  eventsSchema,
  logsQuery,
  logsSchema,
} from '../schemas/records.ts';
import { serviceParams } from '../schemas/service.ts';

const DEFAULT_LIMIT = 200;
const NDJSON = 'application/x-ndjson; charset=utf-8';

export const getLogs = route({
  method: 'GET',
  path: '/services/{name}/logs',
  id: 'getLogs',
  tag: 'records',
  summary: 'Reads the log of a service; with ?follow as NDJSON that goes on.',
  access: 'logs',
  params: serviceParams,
  query: logsQuery,
  answers: { 200: { description: 'Lines of the log.', schema: logsSchema } },
  async handle(call, context) {
    const { params, query } = call;
    const { name } = params;
    await context.manager.service(name).status();
    const { stream = 'log', level, limit = DEFAULT_LIMIT, follow = false } = query;
    const place = placeOf(query.cursor);
    const since = place?.since ?? sinceOf(query.since, context.now());
    const options = (signal: AbortSignal): ReadLogsOptions => ({
      dir: context.adapters.findLogDir(name),
      service: name,
      stream,
      lines: since ? undefined : limit,
      since,
      level,
      follow,
      clock: context.adapters.clock,
      signal,
    });
    const source = (signal: AbortSignal): AsyncIterable<AdminLogRecord> =>
      mapped(context.adapters.readLogs(options(signal)), toLogRecord);
    if (follow) return follower(call, source, context);
    const records = await take(source(call.request.signal), place, limit);
    return page(records, place);
  },
});

export const getEvents = route({
  method: 'GET',
  path: '/services/{name}/events',
  id: 'getEventLog',
  tag: 'records',
  summary: 'Reads the event log of a service; with ?follow as NDJSON that goes on.',
  access: 'logs',
  params: serviceParams,
  query: eventsQuery,
  answers: { 200: { description: 'Records of the event log.', schema: eventsSchema } },
  async handle(call, context) {
    const { params, query } = call;
    const { readEvents } = context.adapters;
    if (!readEvents) throw new ApiError('NOT_CONFIGURED', { detail: 'This system has no Windows event log.' });
    await context.manager.service(params.name).status();
    const { level, limit = DEFAULT_LIMIT, follow = false } = query;
    const place = placeOf(query.cursor);
    const since = place?.since ?? sinceOf(query.since, context.now());
    const { machine } = context.manager;
    const options: ReadEventsOptions = {
      source: params.name,
      follow,
      ...(level !== undefined && { level }),
      ...(since && { since }),
      ...(machine !== undefined && { machine }),
    };
    if (follow) return follower(call, (signal) => mapped(readEvents({ ...options, signal }), toEventRecord), context);
    // Without a cursor the last records are returned.
    const newest = since ? {} : ({ order: 'newest', limit } as const);
    const records = await take(mapped(readEvents({ ...options, ...newest }), toEventRecord), place, limit);
    return page(since ? records : records.reverse(), place);
  },
});

export const getDoctor = route({
  method: 'GET',
  path: '/services/{name}/doctor',
  id: 'getDiagnosis',
  tag: 'records',
  summary: 'Says why a service does not start or stay.',
  access: 'logs',
  params: serviceParams,
  answers: { 200: { description: 'What was found.', schema: doctorSchema } },
  async handle({ params: { name } }, { options, manager }) {
    if (!options.doctor)
      throw new ApiError('NOT_CONFIGURED', {
        detail: 'The option "doctor" is missing: run this server with winsvc admin run.',
      });
    await manager.service(name).status();
    const findings = await options.doctor(name);
    return json({ service: name, findings });
  },
});

/** Records, one on each line, until the caller disconnects. */
function follower<T>(call: Call, source: (signal: AbortSignal) => AsyncIterable<T>, context: AdminContext): Response {
  return context.streams.respond(call.principal.id, NDJSON, async function* (signal) {
    try {
      for await (const record of source(signal)) yield `${JSON.stringify(record)}\n`;
    } catch (error) {
      if (signal.aborted) return;
      const instance = new URL(call.request.url).pathname;
      const problem = toProblem(error, { instance, traceId: call.traceId, now: context.now() });
      yield `${JSON.stringify({ problem })}\n`;
    }
  });
}

function page(records: readonly { readonly time?: string | undefined }[], place: ReturnType<typeof placeOf>): Response {
  const next = nextPlace(records, place);
  return json({ records, ...(next !== undefined && { next }) });
}

async function* mapped<T, U>(items: AsyncIterable<T>, map: (item: T) => U): AsyncGenerator<U, void> {
  for await (const item of items) yield map(item);
}

function toLogRecord({ time, level, message, text, data }: LogLine): AdminLogRecord {
  return {
    ...(time && { time: time.toISOString() }),
    ...(level && { level }),
    message: message ?? text,
    ...(Object.keys(data).length > 0 && { data: toPlain(data) as Record<string, unknown> }),
  };
}

function toEventRecord({ recordId, time, log, source, id, level, message, strings }: EventEntry): AdminEventRecord {
  return {
    recordId,
    time: time.toISOString(),
    log,
    source,
    id,
    level,
    ...(message !== undefined && { message }),
    strings,
  };
}
