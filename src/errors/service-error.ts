import type { ErrorCode } from './error-codes.ts';
import { shareInstances } from './share-instances.ts';

/** Cause and details of a {@link ServiceError}. */
export interface ServiceErrorOptions {
  /** Original error. */
  readonly cause?: unknown;
  /** Facts for programs: paths of wrong options, the phase, the timeout. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/**
 * Error of the library. `code` is stable: programs compare it. `message` says what failed, on what, why, and what to do
 * next.
 */
export class ServiceError extends Error {
  static {
    shareInstances(this, 'ServiceError');
  }

  /** Code that programs compare. docs/errors.md has a heading for each. */
  readonly code: ErrorCode;
  /** Facts for programs: paths of wrong options, the phase, the timeout. */
  readonly details: Readonly<Record<string, unknown>>;

  /** @param message what failed, on what, why, and what to do next */
  constructor(code: ErrorCode, message: string, options: ServiceErrorOptions = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.name = 'ServiceError';
    this.code = code;
    this.details = options.details ?? {};
  }
}
