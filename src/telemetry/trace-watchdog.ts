import { context, type Span, SpanStatusCode } from '@opentelemetry/api';
import type { ActionEvent, Watchdog } from '../watchdog/index.ts';
import { resolveTelemetry, type TelemetryOptions } from './telemetry-options.ts';

/**
 * Makes a span of each action of a watchdog: `watchdog action NAME`, with the target, the attempt and the reason. The
 * counter `winsvc.watchdog.actions` has them by target, action and outcome.
 *
 * @returns a function that ends it
 */
export function traceWatchdog(watchdog: Watchdog, telemetry: TelemetryOptions = {}): () => void {
  const { tracer, meter } = resolveTelemetry(telemetry);
  const actions = meter.createCounter('winsvc.watchdog.actions', { description: 'Actions of the watchdog.' });
  const spans = new Map<ActionEvent, Span>();
  const began = (event: ActionEvent): void => {
    const { target, action, attempt, reason, dryRun } = event;
    const attributes = {
      'winsvc.target': target,
      'winsvc.action': action,
      'winsvc.action.attempt': attempt,
      'winsvc.action.reason': reason,
      'winsvc.action.dry_run': dryRun,
    };
    spans.set(event, tracer.startSpan(`watchdog action ${action}`, { attributes, root: true }, context.active()));
  };
  const ended = (event: ActionEvent, error: Error | undefined): void => {
    const { target, action } = event;
    actions.add(1, { 'winsvc.target': target, 'winsvc.action': action, outcome: error ? 'error' : 'ok' });
    const span = spans.get(event);
    spans.delete(event);
    if (error) {
      span?.recordException(error);
      span?.setStatus({ code: SpanStatusCode.ERROR, message: error.message });
    }
    span?.end();
  };
  watchdog.on('action', began).on('actionEnd', ended);
  return () => {
    watchdog.off('action', began).off('actionEnd', ended);
    for (const span of spans.values()) span.end();
    spans.clear();
  };
}
