// Spans and metrics with the real SDK, and an OTLP receiver in this process.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { context, metrics as metricsApi, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import {
  BatchSpanProcessor,
  InMemorySpanExporter,
  NodeTracerProvider,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defineService, type ServiceContext } from '../../../src/index.ts';
import { traceService, traceWatchdog } from '../../../src/telemetry/index.ts';
import { createMockScm } from '../../../src/testing/index.ts';
import { createManualClock } from '../../../src/testing/time/manual-clock.ts';
import { createWatchdog } from '../../../src/watchdog/index.ts';
import { fakeService } from '../watchdog/fake-service.ts';

let exporter: InMemorySpanExporter;
let provider: NodeTracerProvider;
let metricExporter: InMemoryMetricExporter;
let meters: MeterProvider;
beforeEach(() => {
  exporter = new InMemorySpanExporter();
  provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  provider.register();
  metricExporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  meters = new MeterProvider({
    readers: [new PeriodicExportingMetricReader({ exporter: metricExporter, exportIntervalMillis: 3_600_000 })],
  });
  metricsApi.setGlobalMeterProvider(meters);
});
afterEach(async () => {
  await provider.shutdown();
  await meters.shutdown();
  trace.disable();
  context.disable();
  metricsApi.disable();
});

const names = () => exporter.getFinishedSpans().map(({ name }) => name);
const span = (name: string) => exporter.getFinishedSpans().find((each) => each.name === name)!;

describe('traceService', () => {
  it('makes spans of the handlers, the hooks below the stop, and leaves the service as it is', async () => {
    const seen: string[] = [];
    const own = {
      name: 'Orders',
      greeting: 'mine',
      start(ctx: ServiceContext) {
        seen.push(`${this.greeting} ${ctx.name} ${ctx.state} ${ctx.timeLeft > 0}`);
        ctx.onShutdown('first', (stop) => seen.push(`hook ${stop.reason} ${stop.state}`));
        ctx.onShutdown('second', () => undefined);
        trace.getTracer('app').startActiveSpan('of the app', (inner) => {
          inner.end();
        });
      },
      pause: () => undefined,
      resume: () => undefined,
      on: { netBind: (event: { type: string }, ctx: ServiceContext) => seen.push(`${event.type} ${ctx.name}`) },
      commands: { rotate: { code: 200, run: (ctx: ServiceContext) => seen.push(`rotate ${ctx.name}`) } },
    };
    const { greeting: _, ...options } = traceService(own) as ReturnType<typeof traceService<'rotate'>> & {
      greeting: string;
    };
    const scm = createMockScm();
    const run = await scm.start(defineService(options));
    await run.control('pause');
    await run.control('continue');
    await run.command('rotate');
    await run.control({ type: 'netBind', change: 'add' });
    await run.stop();
    expect(names()).toEqual(
      expect.arrayContaining([
        'service start',
        'of the app',
        'service pause',
        'service resume',
        'command rotate',
        'service stop',
        'shutdown hook first',
        'shutdown hook second',
      ]),
    );
    const stop = span('service stop').spanContext();
    for (const hook of ['shutdown hook first', 'shutdown hook second']) {
      expect(span(hook).parentSpanContext?.spanId).toBe(stop.spanId);
      expect(span(hook).spanContext().traceId).toBe(stop.traceId);
    }
    expect(span('of the app').parentSpanContext?.spanId).toBe(span('service start').spanContext().spanId);
    expect(span('service stop').attributes).toMatchObject({
      'winsvc.service.name': 'Orders',
      'winsvc.stop.reason': 'stop',
    });
    expect(span('shutdown hook first').attributes).toMatchObject({ 'winsvc.hook.name': 'first' });
    expect(seen).toEqual(
      expect.arrayContaining([
        'mine Orders startPending true',
        'rotate Orders',
        'netBind Orders',
        'hook stop stopPending',
      ]),
    );
    expect(run.exit).toMatchObject({ win32: 0 });
  });

  it('accepts no control that the service did not accept before', async () => {
    const scm = createMockScm();
    const plain = defineService({ name: 'A', start: () => undefined });
    const traced = defineService(traceService({ name: 'B', start: () => undefined }));
    expect(traced.definition.accepts).toEqual(plain.definition.accepts);
    expect(traced.definition.pause).toBeUndefined();
    const run = await scm.start(traced);
    await expect(run.control('pause')).rejects.toThrow('1052');
    await run.stop();
  });

  it('marks the span of a handler that fails, and lets the service fail as before', async () => {
    const scm = createMockScm();
    const service = defineService(
      traceService({ name: 'Orders', start: () => Promise.reject(new Error('no database')) }),
    );
    const run = await scm.start(service).catch(() => undefined);
    expect(run?.exit).not.toMatchObject({ win32: 0 });
    const { status, events } = span('service start');
    expect(status).toEqual({ code: 2, message: 'no database' });
    expect(events[0]?.attributes?.['exception.message']).toBe('no database');
  });

  it('puts the span that is active into the records of ctx.log, also of a child and in both orders', async () => {
    const scm = createMockScm();
    let log: ServiceContext['log'] | undefined;
    const service = defineService(
      traceService({
        name: 'Orders',
        start(ctx) {
          log = ctx.log;
          ctx.log.info('one', { order: 1 });
          ctx.log.child({ request: 7 }).warn({ order: 2 }, 'two');
        },
      }),
    );
    const run = await scm.start(service);
    const { traceId, spanId } = span('service start').spanContext();
    log?.info('outside');
    const records = run.log.filter(({ message }) => ['one', 'two', 'outside'].includes(message));
    expect(records.map(({ data }) => data)).toEqual([
      { order: 1, trace_id: traceId, span_id: spanId },
      { order: 2, request: 7, trace_id: traceId, span_id: spanId },
      undefined,
    ]);
    await run.stop();
  });

  it('records the durations as a metric', async () => {
    const scm = createMockScm();
    const run = await scm.start(defineService(traceService({ name: 'Orders', start: () => undefined })));
    await run.stop();
    await meters.forceFlush();
    const [metric] = metricExporter
      .getMetrics()
      .flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics));
    expect(metric?.descriptor).toMatchObject({ name: 'winsvc.handler.duration', unit: 's' });
    expect(metric?.dataPoints.map(({ attributes }) => attributes['winsvc.handler'])).toEqual(['start', 'stop']);
  });

  it('does nothing without an SDK', async () => {
    trace.disable();
    context.disable();
    metricsApi.disable();
    const scm = createMockScm();
    const run = await scm.start(defineService(traceService({ name: 'Orders', start: (ctx) => ctx.log.info('x') })));
    expect(run.log.find(({ message }) => message === 'x')?.data).toBeUndefined();
    await run.stop();
    expect(names()).toEqual([]);
  });

  it('reaches an OTLP receiver', async () => {
    const bodies: string[] = [];
    const receiver = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (text: string) => (body += text));
      request.on('end', () => {
        bodies.push(body);
        response.writeHead(200, { 'Content-Type': 'application/json' }).end('{}');
      });
    });
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/v1/traces`;
    const own = new NodeTracerProvider({ spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter({ url }))] });
    const scm = createMockScm();
    const run = await scm.start(
      defineService(traceService({ name: 'Orders', start: () => undefined }, { tracer: own.getTracer('x') })),
    );
    await run.stop();
    await own.forceFlush();
    await own.shutdown();
    receiver.close();
    expect(bodies.join('')).toContain('service start');
    expect(bodies.join('')).toContain('winsvc.service.name');
  });
});

describe('traceWatchdog', () => {
  it('makes a span of each action, and marks those that fail', async () => {
    const clock = createManualClock();
    const service = fakeService(clock);
    const watchdog = createWatchdog({ targets: [{ name: 'Orders', service }], clock });
    const end = traceWatchdog(watchdog);
    await watchdog.start();
    await clock.advance('10s');
    service.startFails = new Error('no way');
    service.kill();
    await clock.advance('5s');
    service.startFails = undefined;
    await clock.advance('2m');
    const spans = exporter.getFinishedSpans();
    expect(
      spans.map(({ name, status, attributes }) => [name, status.code, attributes['winsvc.action.attempt']]),
    ).toEqual([
      ['watchdog action restart', 2, 1],
      ['watchdog action restart', 0, 2],
    ]);
    expect(spans[0]?.attributes['winsvc.action.reason']).toContain('1067');
    end();
    expect(watchdog.listenerCount('action')).toBe(0);
    await meters.forceFlush();
    const points: unknown[] = [];
    for (const { scopeMetrics } of metricExporter.getMetrics()) {
      for (const { metrics } of scopeMetrics) {
        for (const { dataPoints } of metrics) {
          for (const { attributes, value } of dataPoints) points.push([attributes['outcome'], value]);
        }
      }
    }
    expect(points).toEqual([
      ['error', 1],
      ['ok', 1],
    ]);
    await watchdog.close();
  });
});
