import {
  type Attributes,
  type Context,
  type Histogram,
  type Span,
  SpanStatusCode,
  type Tracer,
} from '@opentelemetry/api';
import { systemClock } from '../util/clock.ts';
import { toError } from '../util/to-error.ts';

/** Work that a span covers. */
export interface SpanOf {
  readonly name: string;
  readonly attributes: Attributes;
  /** Context of the parent. */
  readonly parent: Context;
}

/** Runs work in an active span, which has its failure, and records its duration in seconds. @throws what the work throws */
export function inSpan(
  { tracer, durations }: { readonly tracer: Tracer; readonly durations: Histogram },
  { name, attributes, parent }: SpanOf,
  work: (span: Span) => unknown,
): Promise<unknown> {
  const began = systemClock.now();
  return tracer.startActiveSpan(name, { attributes }, parent, async (span) => {
    let outcome = 'ok';
    try {
      return await work(span);
    } catch (thrown) {
      outcome = 'error';
      const error = toError(thrown);
      span.recordException(error);
      span.setStatus({ code: SpanStatusCode.ERROR, message: error.message });
      throw thrown;
    } finally {
      durations.record((systemClock.now() - began) / 1_000, { ...attributes, outcome });
      span.end();
    }
  });
}
