import { isSpanContextValid, trace } from '@opentelemetry/api';
import type { ServiceLog } from '../service/context/context.ts';

/**
 * The same log, whose records name the span that is active where they are written: `trace_id`, `span_id`.
 *
 * Source: https://opentelemetry.io/docs/specs/otel/compatibility/logging_trace_context/
 */
export function traceLog(log: ServiceLog): ServiceLog {
  const here = (): ServiceLog => {
    const span = trace.getActiveSpan()?.spanContext();
    return span && isSpanContextValid(span) ? log.child({ trace_id: span.traceId, span_id: span.spanId }) : log;
  };
  // Both orders of message and data: handed on as they are.
  const at = (level: 'debug' | 'info' | 'warn' | 'error'): ServiceLog['info'] => {
    return (...call: unknown[]): void => {
      (here()[level] as (...values: unknown[]) => void)(...call);
    };
  };
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    isLevelEnabled: (level) => log.isLevelEnabled(level),
    child: (bindings) => traceLog(log.child(bindings)),
  };
}
