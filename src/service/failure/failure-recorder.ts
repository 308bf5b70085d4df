import { ServiceError } from '../../errors/service-error.ts';
import type { HangReport } from '../../host/service-host.ts';
import { formatMs } from '../../util/duration.ts';
import type { LogLevel, LogSink } from '../../util/log.ts';
import { toError } from '../../util/to-error.ts';
import type { UncaughtEvent } from '../../host/process.ts';
import type { LifeEffect } from '../life.ts';
import { type Failure, handledWarning } from './failure.ts';

export interface FailureRecorderOptions {
  readonly service: string;
  readonly log: LogSink;
  /** Emits `error` on the service. */
  emitError(error: Error): void;
  /** Writes the crash report of a failure and returns its path. */
  readonly writeReport: ((error: Error) => string) | undefined;
}

const NO_SHUTDOWN_WORK =
  "The service has no stop handler, shutdown hook or SIGTERM listener. Register one in start: ctx.onShutdown('http', () => closeHttpServer(server)).";

/** Writes failures to the log, to the crash report and to the listeners of `error`. Never throws. */
export class FailureRecorder {
  readonly #options: FailureRecorderOptions;

  constructor(options: FailureRecorderOptions) {
    this.#options = options;
  }

  /** Performs the effects that record something. */
  perform(effect: Extract<LifeEffect, { type: 'recordFailure' | 'recordLateControl' | 'warnLateHook' }>): void {
    switch (effect.type) {
      case 'recordFailure':
        this.record(effect.failure, effect.first);
        return;
      case 'recordLateControl': {
        const { error } = effect.failure;
        this.warn(`${error.message} (the service was stopping already)`, { error });
        return;
      }
      case 'warnLateHook':
        this.warn(`Shutdown hook "${effect.hook.name}" was registered too late to run: the hooks are done.`);
    }
  }

  /** Records an error that the app didn't catch and that a listener of the app for `event` handles, as a warning. */
  recordHandled(thrown: unknown, event: UncaughtEvent): void {
    this.warn(handledWarning(thrown, event), { error: toError(thrown) });
  }

  /** Records the failure that decides how the service ends (`first`), or a later one as a warning. */
  record({ error }: Failure, first: boolean): void {
    const report = first ? this.#report(error) : undefined;
    this.#write(first ? 'error' : 'warn', error.message, { ...(report !== undefined && { report }), error });
    this.#emit(error);
  }

  /** Records that the event loop was blocked and runs again. */
  recordHang({ blockedMs, stack }: HangReport): void {
    const where = stack === undefined ? ' in native code' : '';
    const error = new ServiceError('HANG', `The event loop was blocked${where} for ${formatMs(blockedMs)}.`, {
      details: { blockedMs },
    });
    // The stack of the app at the time of the hang, not of this call.
    error.stack = `${error.name}: ${error.message}\n${stack ?? ''}`.trimEnd();
    this.#write('error', error.message, { error });
    this.#emit(error);
  }

  /** Warns of requests that the end of the process cuts, because the app has nothing that waits for them. */
  warnLostRequests(count: number): void {
    if (count === 0) return;
    const requests = count === 1 ? '1 request was' : `${count} requests were`;
    this.warn(`${requests} still in progress at the stop and ${count === 1 ? 'is' : 'are'} lost. ${NO_SHUTDOWN_WORK}`, {
      requests: count,
    });
  }

  warn(message: string, data: Readonly<Record<string, unknown>> = {}): void {
    this.#write('warn', message, data);
  }

  #write(level: LogLevel, message: string, data: Readonly<Record<string, unknown>>): void {
    const { service, log } = this.#options;
    try {
      log.write(level, message, { service, ...data });
    } catch {
      // A broken log must not keep STOPPED from being reported.
    }
  }

  #emit(error: Error): void {
    try {
      this.#options.emitError(error);
    } catch (thrown) {
      this.warn("A listener of 'error' threw.", { error: thrown });
    }
  }

  #report(error: Error): string | undefined {
    try {
      return this.#options.writeReport?.(error);
    } catch (thrown) {
      this.warn(`No crash report could be written: ${toError(thrown).message}`);
      return undefined;
    }
  }
}
