import { type Meter, metrics, type Tracer, trace } from '@opentelemetry/api';
import { VERSION } from '../util/version.ts';

/** Tracer and meter to use. */
export interface TelemetryOptions {
  /** Tracer of the spans. Default: that of the registered SDK, under the name `winsvc`. */
  readonly tracer?: Tracer;
  /** Meter of the metrics. Default: that of the registered SDK, under the name `winsvc`. */
  readonly meter?: Meter;
}

/** The same with the defaults filled in. */
export interface ResolvedTelemetry {
  readonly tracer: Tracer;
  readonly meter: Meter;
}

/** Fills the defaults in. Without an SDK these do nothing. */
export function resolveTelemetry({ tracer, meter }: TelemetryOptions): ResolvedTelemetry {
  return {
    tracer: tracer ?? trace.getTracer('winsvc', VERSION),
    meter: meter ?? metrics.getMeter('winsvc', VERSION),
  };
}
