import { ServiceError } from '../errors/service-error.ts';
import type { LogLevel, LogSink } from '../util/log.ts';
import type { HangReport } from '../host/service-host.ts';
import { formatMs } from '../util/duration.ts';
import { toError } from '../util/to-error.ts';
import type { Failure } from './failure.ts';

export interface FailureRecordOptions {
  readonly service: string;
  readonly log: LogSink;
  /** Tells the app's listeners. */
  tell(error: Error): void;
  /** Writes the crash report of the first failure, and gives its path. */
  writeReport: ((error: Error) => string) | undefined;
}

/** What went wrong in one life of a service: the first failure decides how it ends and is the one on record; those after it are warnings. */
export class FailureRecord {
  readonly #options: FailureRecordOptions;
  #first: Failure | undefined;

  constructor(options: FailureRecordOptions) {
    this.#options = options;
  }

  get first(): Failure | undefined {
    return this.#first;
  }

  note(failure: Failure): void {
    const isFirst = this.#first === undefined;
    this.#first ??= failure;
    const { error } = failure;
    const report = isFirst ? this.#report(error) : undefined;
    this.#write(isFirst ? 'error' : 'warn', error, report === undefined ? {} : { report });
    this.#tell(error);
  }

  /** The event loop was blocked, and turns again. */
  hung({ blockedMs, stack }: HangReport): void {
    const where = stack === undefined ? ' in native code' : '';
    const error = new ServiceError('HANG', `The event loop was blocked${where} for ${formatMs(blockedMs)}.`, {
      details: { blockedMs },
    });
    // Where the app was, not where we are.
    error.stack = `${error.name}: ${error.message}\n${stack ?? ''}`.trimEnd();
    this.#write('error', error);
    this.#tell(error);
  }

  /** A handler failed while the service stopped: it ends nothing and decides nothing, but nobody else tells of it. */
  late(handler: string, thrown: unknown): void {
    const { service, log } = this.#options;
    const error = toError(thrown);
    log.write('warn', `The ${handler} handler failed while the service stopped: ${error.message}`, { service, error });
  }

  #write(level: LogLevel, error: Error, facts: Readonly<Record<string, unknown>> = {}): void {
    const { service, log } = this.#options;
    log.write(level, error.message, { service, ...facts, error });
  }

  #tell(error: Error): void {
    const { service, log, tell } = this.#options;
    try {
      tell(error);
    } catch (thrown) {
      // A listener's own failure must not keep STOPPED from being reported.
      log.write('warn', "A listener of 'error' threw.", { service, error: thrown });
    }
  }

  #report(error: Error): string | undefined {
    const { service, log, writeReport } = this.#options;
    try {
      return writeReport?.(error);
    } catch (thrown) {
      // A full disk must not keep the service from ending.
      log.write('warn', `No crash report could be written: ${toError(thrown).message}`, { service });
      return undefined;
    }
  }
}
