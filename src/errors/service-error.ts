import type { ErrorCode } from './error-codes.ts';
import { shareInstances } from './share-instances.ts';

/** What a {@link ServiceError} carries beside its code and message. */
export interface ServiceErrorOptions {
  readonly cause?: unknown;
  /** What a program may want to read: paths of wrong options, the phase, the timeout. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/**
 * Every error of the library. `code` is stable and is what a program should look at; `message` says what was tried, on
 * what, why it failed, and what to do next.
 */
export class ServiceError extends Error {
  static {
    shareInstances(this, 'ServiceError');
  }

  readonly code: ErrorCode;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, options: ServiceErrorOptions = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.name = 'ServiceError';
    this.code = code;
    this.details = options.details ?? {};
  }
}
