import type { HostConnection, HostLogs, ServiceHost } from '../host/service-host.ts';
import type { HostProcess } from '../host/process.ts';
import { EXIT_OK } from '../scm/exit-code.ts';
import type { HostOptions } from './host-options.ts';
import type { HostedProgram } from './hosted-program.ts';

/** A host whose service is a program that ends the process when it likes, and that may define a service of its own. */
export interface HostedHost {
  readonly host: ServiceHost;
  /** Gives the connection to a service that the program defines: what ran before is silent from then on. */
  takeOver(): ServiceHost;
}

/** Codes of a program that was asked to stop: 0, or 128 and the number of SIGINT or SIGTERM. */
const STOPPED_CODES = [0, 130, 143];

/**
 * Adds to a host how a hosted program ends.
 *
 * @param program undefined until it was made
 * @param flushOutput takes output that is still on its way. With it the logs are closed at the very end of the process,
 *   after the exit listeners of the program: loggers write there.
 */
export function createHostedHost(
  base: ServiceHost,
  options: Pick<HostOptions, 'exitCodes'>,
  program: () => HostedProgram | undefined,
  flushOutput?: () => void,
): HostedHost {
  const undo = new Set<() => void>();
  let given = false;
  let connection: HostConnection | undefined;
  let logs: HostLogs | undefined;
  let isClosed = false;
  let atEnd: () => void = () => undefined;
  const onExit = (): void => {
    atEnd();
  };
  /** Puts the listener behind those that the program has added. */
  const listenLast = (): void => {
    if (!flushOutput) return;
    globalThis.process.off('exit', onExit).on('exit', onExit);
  };
  const whileOurs = <A extends unknown[]>(fn: (...args: A) => void): ((...args: A) => void) => {
    return (...args) => {
      if (!given) fn(...args);
    };
  };
  const until = (off: () => void): (() => void) => {
    undo.add(off);
    return () => {
      undo.delete(off);
      off();
    };
  };

  const process: HostProcess = {
    ...base.process,
    onUncaught: (fn) => until(base.process.onUncaught(fn)),
    onExit: (fn) =>
      until(
        base.process.onExit((code) => {
          flushOutput?.();
          if (!isStop(code)) return fn(code);
          program()?.finish();
          logs?.log.flush?.();
          connection?.stoppedNow(EXIT_OK);
          return 0;
        }),
      ),
  };

  function setTimeout(fn: () => void, ms: number): () => void {
    const cancel = base.clock.setTimeout(() => {
      undo.delete(cancel);
      fn();
    }, ms);
    return until(cancel);
  }

  /** A program that ends after it was asked to is stopped; one that ends by itself has failed, unless its code says otherwise. */
  function isStop(code: number): boolean {
    const meaning = options.exitCodes?.[code];
    if (meaning) return meaning === 'stopped';
    return program()?.stopping === true && STOPPED_CODES.includes(code);
  }

  const { openLogs } = base;
  return {
    host: {
      ...base,
      process,
      clock: { now: () => base.clock.now(), setTimeout },
      ...(openLogs && {
        openLogs(settings) {
          const opened = openLogs(settings);
          logs = {
            log: opened.log,
            close: until(() => {
              if (!flushOutput) opened.close();
              else isClosed = true;
            }),
          };
          atEnd = () => {
            flushOutput?.();
            opened.log.flush?.();
            if (isClosed) opened.close();
          };
          return logs;
        },
      }),
      async connect(registration, app) {
        const made = await base.connect(registration, {
          control: whileOurs((...args) => {
            app.control(...args);
          }),
          warned: whileOurs((...args) => {
            app.warned(...args);
          }),
          hung: whileOurs((...args) => {
            app.hung(...args);
          }),
          status: whileOurs((...args) => {
            app.status(...args);
          }),
          lost: whileOurs((...args) => {
            app.lost(...args);
          }),
        });
        connection = made;
        return {
          args: made.args,
          startDeadline: made.startDeadline,
          ...(made.sessionUser && {
            sessionUser: (id: number) => made.sessionUser?.(id) ?? Promise.resolve(undefined),
          }),
          report: whileOurs((report) => {
            listenLast();
            made.report(report);
          }),
          stopped: (exit) => made.stopped(exit),
          stoppedNow: (exit) => {
            made.stoppedNow(exit);
          },
        };
      },
    },
    takeOver() {
      given = true;
      for (const off of undo) off();
      undo.clear();
      globalThis.process.off('exit', onExit);
      // The service that takes over opens its own.
      if (isClosed) atEnd();
      return base;
    },
  };
}
