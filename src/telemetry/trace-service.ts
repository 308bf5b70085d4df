import { type Context, context, trace } from '@opentelemetry/api';
import type { ServiceContext, StopContext } from '../service/context/context.ts';
import type { ServiceOptions } from '../service/options/service-options.ts';
import { inSpan } from './in-span.ts';
import { resolveTelemetry, type TelemetryOptions } from './telemetry-options.ts';
import { traceLog } from './trace-log.ts';

type Handler = (...args: never[]) => unknown;

/**
 * Puts the handlers of a service into spans: `service start`, `service stop`, `service pause`, `service resume`,
 * `control NAME`, `command NAME`, and `shutdown hook NAME` below the stop. A handler that fails makes its span an error.
 * The histogram `winsvc.handler.duration` has the same in seconds. Records of `ctx.log` name the active span.
 *
 * @returns options for `defineService`
 * @example
 * const service = defineService(traceService({ name: 'Orders', start(ctx) { … } }));
 */
export function traceService<Commands extends string>(
  options: ServiceOptions<Commands>,
  telemetry: TelemetryOptions = {},
): ServiceOptions<Commands> {
  const { tracer, meter } = resolveTelemetry(telemetry);
  const durations = meter.createHistogram('winsvc.handler.duration', {
    unit: 's',
    description: 'Time that a handler of the service took.',
  });
  const service = { 'winsvc.service.name': options.name };
  /** Span of the stop, for its hooks. */
  let stopping: Context | undefined;

  function traced<C extends ServiceContext>(ctx: C): C {
    const own = {
      log: { value: traceLog(ctx.log), enumerable: true },
      onShutdown: {
        value: (name: string, hook: (stop: StopContext) => unknown, more?: Parameters<C['onShutdown']>[2]) => {
          const attributes = { ...service, 'winsvc.handler': 'shutdown hook', 'winsvc.hook.name': name };
          ctx.onShutdown(
            name,
            (stop) =>
              inSpan(
                { tracer, durations },
                { name: `shutdown hook ${name}`, attributes, parent: stopping ?? context.active() },
                () => hook(traced(stop)),
              ),
            more,
          );
        },
        enumerable: true,
      },
    };
    // Not a copy: the state and the time left are read from the service.
    return Object.create(ctx, own) as C;
  }
  /** Wraps a handler, whose last argument is the context. */
  function wrap<F extends Handler>(name: string, attributes: Record<string, string>, handler: F): F {
    const run = (...args: unknown[]): unknown => {
      const ctx = args.at(-1) as ServiceContext;
      const rest = [...args.slice(0, -1), traced(ctx)] as never[];
      const reason = 'reason' in ctx ? { 'winsvc.stop.reason': String(ctx.reason) } : {};
      const all = { ...service, ...attributes, ...reason };
      return inSpan({ tracer, durations }, { name, attributes: all, parent: context.active() }, (span) => {
        if (attributes['winsvc.handler'] === 'stop') stopping = trace.setSpan(context.active(), span);
        return handler(...rest);
      });
    };
    return run as unknown as F;
  }

  const { start, stop, pause, resume, on, commands } = options;
  const named = (handler: string): Record<string, string> => ({ 'winsvc.handler': handler });
  const controls = Object.entries(on ?? {}).map(([name, handler]): [string, unknown] => [
    name,
    wrap(`control ${name}`, { ...named('control'), 'winsvc.control': name }, (handler as Handler).bind(on)),
  ]);
  const codes = Object.entries<{ readonly code: number; run(ctx: ServiceContext): unknown }>(commands ?? {}).map(
    ([name, command]): [string, unknown] => [
      name,
      {
        ...command,
        run: wrap(`command ${name}`, { ...named('command'), 'winsvc.command': name }, command.run.bind(command)),
      },
    ],
  );
  return {
    ...options,
    start: wrap('service start', named('start'), start.bind(options)),
    // Also without a handler: the hooks need a span above them.
    stop: wrap('service stop', named('stop'), stop?.bind(options) ?? (() => undefined)),
    ...(pause && { pause: wrap('service pause', named('pause'), pause.bind(options)) }),
    ...(resume && { resume: wrap('service resume', named('resume'), resume.bind(options)) }),
    ...(on && { on: Object.fromEntries(controls) }),
    ...(commands && { commands: Object.fromEntries(codes) as typeof commands }),
  };
}
